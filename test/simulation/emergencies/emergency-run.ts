import type { EmergencyRecord } from '../../../lib/ports/emergencies.ts';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { keepPage, keepPageInput } from '../../../lib/usecases/emergency/keep-page.ts';
import { beginEmergency, type OrderNeeds } from '../../../lib/usecases/emergency/order-emergency.ts';
import { orderEmergencyInput, takeOrder } from '../../../lib/usecases/emergency/take-order.ts';
import { keepMaintenance } from '../../../lib/usecases/maintenance/keep-maintenance.ts';
import { named } from '../../fleet/fleet-under-test.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import { digestOf, modelSpec, type ModelWorld } from '../../model/model-world.ts';
import { walk } from '../../model/walk.ts';
import { sicken } from '../../statemachines/emergency-scenarios.ts';
import { bad, good, twoPushes } from '../../statemachines/two-pushes.ts';
import { ModelMaintenanceRules } from '../../usecases/maintenance/model-maintenance-rules.ts';
import type { Effects } from './effects.ts';

/** How a service comes to be served by neither side. */
export const situations = [
  'the version that serves dies',
  'a rollback has put traffic back on a blue that dies',
] as const;
export type Situation = (typeof situations)[number];

/** What was left once everything had ended. */
export interface Left {
  readonly record: EmergencyRecord;
  readonly events: readonly RolloutEvent[];
  /** Rules of the page on the listener. */
  readonly pageRules: number;
  readonly page: string | undefined;
  readonly weights: Readonly<Record<string, number>>;
  readonly lockedBy: string | undefined;
  /** Executions of the rollout machine that the emergency started. */
  readonly rollouts: readonly string[];
  /** Executions of the emergency machine that ran or waited to run at once, at most. */
  readonly mostAtOnce: number;
  /** From the declaration to the end of the emergency. */
  readonly seconds: number;
}

const spec = modelSpec({ emergency: {}, incident: {} });
/** More of them than crashes would be one that follows itself for ever. */
const mostExecutions = 8;

/** Runs a whole emergency on the real state machines, with a crash at one effect of it. */
export async function runEmergency(situation: Situation, effects: Effects): Promise<Left> {
  const { world, sick } = await stricken(situation);
  const maintenanceRules = new ModelMaintenanceRules();
  watchEffects(world, maintenanceRules, effects);
  const machine = emergencyMachine(world);
  runWhatIsStarted(world, effects, sick);
  const began = world.time;
  await insist(effects, () => begin(world, machine));
  for (let nth = 0; nth < mostExecutions && machine.waiting.length > 0; nth += 1) {
    const { name, input } = named(machine.waiting.shift());
    const { end } = await walk('emergency', input, world, emergencyOptions(world, maintenanceRules, effects), name);
    effects.disarm();
    if (end.status === 'SUCCEEDED') continue;
    const detail = {
      ...{ stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-emergency', name },
      ...{ status: 'ABORTED', input: JSON.stringify(input) },
    };
    await takeOrder(orderEmergencyInput.parse({ detail }), { ...portsOf(world), emergencyExecutions: machine });
  }
  return leftOf(world, maintenanceRules, machine.mostAtOnce, began);
}

/** Version `a` served, then `b`; from now on no target of `b` is healthy, nor one of `c` where that was on its way. */
async function stricken(situation: Situation): Promise<{ readonly world: ModelWorld; readonly sick: Set<string> }> {
  const world = await twoPushes();
  await world.store.putSpec(spec, 'a test', world.now().toISOString());
  const sick = new Set<string>();
  await walk('rollout', good, world);
  sicken(world, sick);
  if (situation === 'the version that serves dies') {
    sick.add(digestOf('b'));
    return { world, sick };
  }
  const dies = (state: string) => {
    if (state === 'AnalyseGreen') for (const letter of ['b', 'c']) sick.add(digestOf(letter));
  };
  await walk('rollout', bad, world, { before: dies }, 'execution-2');
  return { world, sick };
}

function portsOf({ store, emergencies, incidents, incidentExecutions, router, installation, now }: ModelWorld) {
  return { store, emergencies, incidents, incidentExecutions, router, installation, now };
}

type Machine = OrderNeeds['emergencyExecutions'] & {
  readonly waiting: { readonly name: string; readonly input: unknown }[];
  mostAtOnce: number;
};

function emergencyMachine(world: ModelWorld): Machine {
  const known = new Set<string>();
  const machine: Machine = {
    waiting: [],
    mostAtOnce: 0,
    start: (name, input) => {
      const executionArn = modelExecutionArn('emergency', name);
      const alreadyStarted = known.has(name);
      known.add(name);
      if (!alreadyStarted) machine.waiting.push({ name, input });
      const running = [...world.running].filter((arn) => arn.includes(':emergency:') || arn.includes('-emergency:'));
      machine.mostAtOnce = Math.max(machine.mostAtOnce, machine.waiting.length + running.length);
      return Promise.resolve({ executionArn, alreadyStarted });
    },
    isRunning: (arn) =>
      Promise.resolve(
        world.running.has(arn) || machine.waiting.some(({ name }) => modelExecutionArn('emergency', name) === arn),
      ),
  };
  return machine;
}

async function begin(world: ModelWorld, emergencyExecutions: Machine): Promise<void> {
  const declarer = { by: 'Ana', how: 'command', reason: 'nothing serves' } as const;
  await beginEmergency('web', spec, { declarer }, { ...portsOf(world), emergencyExecutions });
}

/** A person whose command failed gives it once more. */
async function insist(effects: Effects, act: () => Promise<void>): Promise<void> {
  effects.arm('OrderEmergency');
  await act().catch(() => {
    effects.goOn();
    return act();
  });
  effects.disarm();
}

function emergencyOptions(world: ModelWorld, rules: ModelMaintenanceRules, effects: Effects) {
  effects.goOn();
  return {
    before: (state: string) => {
      // A stopped execution takes no time to end: the retries of the machine are none of its.
      if (effects.isStopped()) {
        world.time -= 1000;
        throw new Error('the execution was stopped');
      }
      effects.arm(state);
    },
    functions: {
      KeepPage: (event: unknown) =>
        keepPage(keepPageInput.parse(event), {
          ...portsOf(world),
          keepMaintenance: (service) => keep(world, rules, service),
        }),
    },
  };
}

async function keep(world: ModelWorld, maintenanceRules: ModelMaintenanceRules, service: string) {
  const { kept } = await keepMaintenance({ service, sweep: false }, { ...portsOf(world), maintenanceRules });
  return named(kept[0]);
}

/** Every write of the emergency's functions is an effect. */
function watchEffects(world: ModelWorld, rules: ModelMaintenanceRules, effects: Effects): void {
  const { store, emergencies, incidents, executions, rollbacks, runtime, incidentExecutions } = world;
  store.append = effects.around('append', store.append.bind(store));
  store.putMaintenance = effects.around('putMaintenance', store.putMaintenance.bind(store));
  emergencies.putEmergency = effects.around('putEmergency', emergencies.putEmergency.bind(emergencies));
  incidents.putIncident = effects.around('putIncident', incidents.putIncident.bind(incidents));
  executions.start = effects.around('startRollout', executions.start.bind(executions));
  rollbacks.start = effects.around('startRollback', rollbacks.start.bind(rollbacks));
  incidentExecutions.start = effects.around('startIncident', incidentExecutions.start.bind(incidentExecutions));
  runtime.scale = effects.around('scale', runtime.scale.bind(runtime));
  runtime.stopTasks = effects.around('stopTasks', runtime.stopTasks.bind(runtime));
  rules.onCall = (call, time) => {
    if (call !== 'seen') effects.at(call, time);
  };
}

/** Rollouts and rollbacks that the emergency starts run to their end before its next look, without a crash: they have theirs elsewhere. */
function runWhatIsStarted(world: ModelWorld, effects: Effects, sick: ReadonlySet<string>): void {
  const { emergencies } = world;
  const walked = new Set<string>();
  const load = emergencies.emergency.bind(emergencies);
  emergencies.emergency = async (service) => {
    world.time += 4000;
    await effects.aside(async () => {
      for (const machine of ['rollout', 'rollback'] as const) {
        for (const { name, input } of [...(machine === 'rollout' ? world.started : world.startedRollbacks)]) {
          const isOfEmergency = name.includes('-emergency-') || name.includes('-close-');
          if (walked.has(name) || !isOfEmergency) continue;
          walked.add(name);
          await walk(machine, input, world, {}, name);
          world.running.delete(modelExecutionArn(machine, name));
        }
      }
    });
    return load(service);
  };
  if (sick.size === 0) throw new Error('nothing is sick, so nothing is shown');
}

async function leftOf(
  world: ModelWorld,
  maintenanceRules: ModelMaintenanceRules,
  mostAtOnce: number,
  began: number,
): Promise<Left> {
  const { record } = named(await world.emergencies.emergency('web'));
  // What a call that died has left is seen to by the look that comes every five minutes.
  world.time += 300_000;
  await keepMaintenance({ sweep: true }, { ...portsOf(world), maintenanceRules });
  return {
    record,
    events: (await world.store.events(record.toldIn, 0)).map(({ event }) => event),
    pageRules: maintenanceRules.ofMaintenance().length,
    page: (await world.store.maintenance('web'))?.record.wanted,
    weights: world.weights(),
    lockedBy: (await world.store.service('web')).lockedBy,
    rollouts: world.started.map(({ name }) => name).filter((name) => name.includes('-emergency-')),
    mostAtOnce,
    seconds: (Date.parse(record.ended?.at ?? world.now().toISOString()) - began) / 1000,
  };
}
