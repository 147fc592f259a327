import { beforeEach, describe, expect, test } from '@jest/globals';
import { actionText } from '../../../lib/console/decision-text.ts';
import { unsafeLines } from '../../../lib/rollout/task-runs.ts';
import { commandNeeds, commandRollout } from '../../../lib/usecases/people/command-rollout.ts';
import { retireBlue } from '../../../lib/usecases/retirement/retire-blue.ts';
import { runAfterRetention } from '../../../lib/usecases/tasks/run-after-retention.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';

const contract = { name: 'contract', command: ['contract'], container: 'app', within: '60s', oncePer: 'rollout' };
let journey: Journey;
let retired: string;

beforeEach(async () => {
  journey = await journeyTo('finished', { spec: modelSpec({ afterRetention: [contract] }) });
  const { rolloutId, world } = journey;
  retired = (await retireBlue({ service: 'web', rolloutId }, world)).outcome;
});

const run = () => runAfterRetention({ rolloutId: journey.rolloutId }, journey.world);
const later = (seconds: number) => {
  journey.world.time += seconds * 1000;
};
async function untilEnded(most = 40): Promise<string> {
  for (let looks = 0; looks < most; looks += 1) {
    const { outcome, waitSeconds } = await run();
    if (outcome !== 'waiting') return outcome;
    later(waitSeconds);
  }
  return 'waiting';
}
const started = () => [...journey.world.oneOffTasks.started.values()];
const last = async (type: Parameters<Journey['events']>[0]) => (await journey.events(type)).at(-1);
const tell = (command: 'retry' | 'promote') =>
  commandRollout(journey.rolloutId, command, { by: 'Ana', how: 'command' }, commandNeeds(journey.world));

describe('tasks after the retention', () => {
  test('run with the version that serves, once the former one is retired', async () => {
    expect(retired).toBe('tasks');
    expect(await untilEnded()).toBe('ended');
    const { state } = await journey.stored();
    expect(started().map(({ order }) => order)).toMatchObject([
      { command: ['contract'], taskDefinition: state.greenTaskDefinition, workload: { service: 'web-b' } },
    ]);
    expect(await last('TaskPassed')).toMatchObject({ stage: 'afterRetention', task: 'contract' });
    expect(state.phase).toBe('succeeded');
    const { rolloutId, world } = journey;
    expect(await retireBlue({ service: 'web', rolloutId }, world)).toMatchObject({ outcome: 'retired' });
  });

  test('wait while a newer rollout runs, and are left to one that succeeded', async () => {
    const { store } = journey.world;
    const [service, list] = [store.service.bind(store), store.list.bind(store)];
    store.service = async (name) => ({ ...(await service(name)), lockedBy: 'web-next' });
    expect(await run()).toEqual({ outcome: 'waiting', waitSeconds: 300 });

    store.service = service;
    const next = {
      rolloutId: 'web-next',
      phase: 'succeeded',
      image: 'x',
      openedAt: '2026-03-02T10:00:00.000Z',
    } as const;
    store.list = async (...given) => [next, ...(await list(...given))];
    expect(await run()).toMatchObject({ outcome: 'superseded' });
    expect(started()).toHaveLength(0);
  });

  test('one that fails touches no user: a person runs it again', async () => {
    const { behaviours } = journey.world.oneOffTasks;
    behaviours.set('contract', { seconds: 1, exitCode: 4 });
    for (let looks = 0; looks < 3; looks += 1) later((await run()).waitSeconds);
    expect(await last('TaskDecisionRequested')).toMatchObject({ reason: 'container app ended with exit code 4' });
    expect((await journey.stored()).state.phase).toBe('succeeded');

    behaviours.set('contract', { seconds: 1, exitCode: 0 });
    const rollouts = journey.world.started.length;
    expect(await tell('retry')).toMatchObject({ outcome: 'done' });
    expect(journey.world.started).toHaveLength(rollouts);
    expect(await untilEnded()).toBe('ended');
    expect(await last('TaskPassed')).toMatchObject({ run: 2 });
  });

  test('one that fails is left where a person says so, or nobody says anything', async () => {
    journey.world.oneOffTasks.behaviours.set('contract', { seconds: 1, exitCode: 4 });
    for (let looks = 0; looks < 3; looks += 1) later((await run()).waitSeconds);
    const fresh = await journey.stored();

    expect(await tell('promote')).toMatchObject({ outcome: 'done' });
    expect(await untilEnded(1)).toBe('ended');
    expect((await journey.stored()).sequence).toBe(fresh.sequence + 1);
  });

  test('without a decision it is left undone, and the record says so', async () => {
    journey.world.oneOffTasks.behaviours.set('contract', { seconds: 1, exitCode: 4 });
    expect(await untilEnded(200)).toBe('ended');
    expect(await last('TaskFailed')).toMatchObject({ reason: expect.stringContaining('nobody decided in time') });
    expect(started()).toHaveLength(1);
  });

  test('those who approve are told that both versions share the database until then', async () => {
    const { state } = await journey.stored();
    const said =
      'The old and the new version share the database until the old one is retired; then task contract runs.';
    expect(unsafeLines(state)).toEqual([said]);
    expect(actionText('approve', state, { name: 'Ana', roles: [] }).does).toContain(said);
  });
});
