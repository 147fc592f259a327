import type { ModelWorld } from '../model/model-world.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import { modelExecutionArn, type Started } from '../model/model-executions.ts';
import type { IncidentDeed } from '../../lib/ports/incident-orders.ts';
import { orderIncident } from '../../lib/usecases/incident/order-incident.ts';
import { beginEmergency } from '../../lib/usecases/emergency/order-emergency.ts';
import type { Play, Stage } from './plays.ts';
import { good } from './two-pushes.ts';

/** From now on no target that runs one of these versions is healthy; the set may change meanwhile. */
export function sicken(world: ModelWorld, sick: ReadonlySet<string>): void {
  const { router, slots, groups } = world;
  const healthy = router.targetHealth.bind(router);
  router.targetHealth = async (group) => {
    const health = await healthy(group);
    const isSick = sick.has(slots.get(groups.get(group) ?? '')?.digest ?? '');
    return isSick ? { healthy: 0, unhealthy: health.total, total: health.total } : health;
  };
}

/** Every rollout that the emergency starts runs to its end before the next look; the waits of the machine pass. */
export function runsWhatAnEmergencyStarts({ world, walk }: Stage): void {
  const { emergencies } = world;
  const walked = new Set<string>();
  const load = emergencies.emergency.bind(emergencies);
  emergencies.emergency = async (service) => {
    world.time += 4000;
    for (const machine of ['rollout', 'rollback']) {
      for (const { name, input } of [...(machine === 'rollout' ? world.started : world.startedRollbacks)]) {
        const isOfEmergency = name.includes('-emergency-') || name.includes('-close-');
        if (walked.has(name) || !isOfEmergency) continue;
        walked.add(name);
        await walk(machine, input, {}, name);
        world.running.delete(modelExecutionArn(machine, name));
      }
    }
    return load(service);
  };
}

/** Declares an emergency of the model's service. */
export async function declared(world: ModelWorld): Promise<readonly Started[]> {
  const started: Started[] = [];
  const needs = {
    store: world.store,
    emergencies: world.emergencies,
    now: world.now,
    emergencyExecutions: {
      start: (name: string, input: unknown) => {
        started.push({ name, input });
        return Promise.resolve({ executionArn: name, alreadyStarted: false });
      },
      isRunning: () => Promise.resolve(false),
    },
  };
  await beginEmergency(
    'web',
    modelSpec(),
    { declarer: { by: 'Ana', how: 'command', reason: 'nothing serves' } },
    needs,
  );
  return started;
}

/** A version has succeeded, and then neither its tasks nor new ones of it are healthy. */
const emergency: Play = async (stage) => {
  const { world, walk } = stage;
  await walk('rollout', good);
  sicken(world, new Set([digestOf('b')]));
  const [begun] = await declared(world);
  runsWhatAnEmergencyStarts(stage);
  await walk('emergency', begun?.input, {}, begun?.name);
};

/** A person opens an incident, nobody answers for an hour, and it is closed. */
const incident: Play = async ({ world, walk }) => {
  await walk('rollout', good);
  const order = (deed: IncidentDeed) =>
    orderIncident(
      { service: 'web', deed, calling: { user: 'Ana', caller: { principal: 'a', standing: 'one', why: '' } } },
      world,
    );
  await order({ wanted: 'open', level: 'P0', reason: 'logins fail', cause: 'person' });
  const [begun] = world.startedIncidents;
  const read = world.incidents.incident.bind(world.incidents);
  let looks = 0;
  world.incidents.incident = async (service) => {
    looks += 1;
    world.time += 300_000;
    if (looks !== 20) return read(service);
    world.incidents.incident = read;
    await order({ wanted: 'close', reason: 'mended' });
    return read(service);
  };
  await walk('incident', begun?.input, {}, begun?.name);
};

/** What can come of an emergency, on the real rollout machine. */
export const emergencyScenarios: Readonly<Record<string, Play>> = {
  'an emergency that brings the former version back': emergency,
  'an emergency that nobody knows any more': async ({ walk }) => {
    await walk('emergency', { service: 'web', number: 7 });
  },
  'an incident that nobody answers': incident,
  'an incident that nobody knows any more': async ({ walk }) => {
    await walk('incident', { service: 'web', number: 7, reopened: 0 });
  },
};
