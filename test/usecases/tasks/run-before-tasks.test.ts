import { beforeEach, describe, expect, test } from '@jest/globals';
import { commandNeeds, commandRollout } from '../../../lib/usecases/people/command-rollout.ts';
import { checkGreen } from '../../../lib/usecases/green/check-green.ts';
import { judgePreChecks } from '../../../lib/usecases/checks/judge-pre-checks.ts';
import { pinCapacity } from '../../../lib/usecases/green/pin-capacity.ts';
import { provisionGreen } from '../../../lib/usecases/green/provision-green.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { delayRollout } from '../../../lib/usecases/green/delay-rollout.ts';
import { removeGreen } from '../../../lib/usecases/rollback/remove-green.ts';
import { runBeforeTasks } from '../../../lib/usecases/tasks/run-before-tasks.ts';
import type { World } from '../../../lib/ports/world.ts';
import { ModelTasks } from '../../model/model-tasks.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo, openInput, passedChecks, rollbackTo, startedAt } from '../journey.ts';
import { altered } from '../watched-world.ts';

const migrate = { name: 'migrate', command: ['migrate'], within: '60s' };
const smoke = { name: 'smoke', command: ['smoke'], within: '60s' };
const withTasks = (...before: readonly object[]) => modelSpec({ before });

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('ready', { spec: withTasks(migrate) });
});

const run = (world: World = journey.world) => runBeforeTasks(journey.owned, world);
const later = (seconds: number) => {
  journey.world.time += seconds * 1000;
};
/** Looks until nothing is waited for any more. */
async function untilEnded(most = 40): Promise<string> {
  for (let looks = 0; looks < most; looks += 1) {
    const { outcome, waitSeconds } = await run();
    if (outcome !== 'waiting') return outcome;
    later(waitSeconds);
  }
  return 'waiting';
}
const types = async () => (await journey.events()).map(({ type }) => type).filter((type) => type.startsWith('Task'));
const last = async (type: Parameters<Journey['events']>[0]) => (await journey.events(type)).at(-1);
const started = () => [...journey.world.oneOffTasks.started.values()];
const behaves = (command: string, behaviour: Parameters<Map<string, Behaviour>['set']>[1]) =>
  journey.world.oneOffTasks.behaviours.set(command, behaviour);
type Behaviour = Journey['world']['oneOffTasks']['behaviours'] extends Map<string, infer One> ? One : never;
const tell = (command: 'retry' | 'promote' | 'abort') =>
  commandRollout(
    journey.rolloutId,
    command,
    { by: 'Ana', how: 'command', reason: 'it was the network' },
    commandNeeds(journey.world),
  );

describe('tasks before traffic', () => {
  test('come after green is ready and before it is verified', async () => {
    const ready = await journeyTo('deployed', { spec: withTasks(migrate) });
    expect(await checkGreen(ready.owned, ready.world)).toMatchObject({ outcome: 'tasks' });
    // A state that is repeated says the same.
    expect(await checkGreen(ready.owned, ready.world)).toMatchObject({ outcome: 'tasks' });
    const error = { Error: 'Timeout', Cause: 'the network is down' };
    expect(await delayRollout({ ...ready.owned, error }, ready.world)).toMatchObject({ outcome: 'tasks' });
  });

  test('run one after the other with the definition of green, and the rollout goes on', async () => {
    journey = await journeyTo('ready', { spec: withTasks(migrate, smoke) });

    expect(await untilEnded()).toBe('passed');

    expect(await types()).toEqual(['TaskBegun', 'TaskStarted', 'TaskPassed', 'TaskBegun', 'TaskStarted', 'TaskPassed']);
    const { state } = await journey.stored();
    expect(started().map(({ order }) => order)).toMatchObject([
      {
        taskDefinition: state.greenTaskDefinition,
        container: 'app',
        command: ['migrate'],
        workload: { service: 'web-b' },
      },
      { command: ['smoke'] },
    ]);
    expect(await delayRollout({ ...journey.owned, error: { Error: 'x', Cause: '' } }, journey.world)).toMatchObject({
      outcome: 'verify',
    });
  });

  test('one that fails ends the rollout before any traffic, and its last lines are kept', async () => {
    behaves('migrate', { seconds: 5, exitCode: 3 });

    expect(await untilEnded()).toBe('rollBack');

    const { state } = await journey.stored();
    expect(state).toMatchObject({ phase: 'rollingBack', weight: 0 });
    expect(state.reason).toBe('Task migrate failed: container app ended with exit code 3.');
    const key = `rollouts/web/${journey.rolloutId}/tasks/before-migrate-1.json`;
    expect(await last('TaskFailed')).toMatchObject({ exitCode: 3, logs: `s3://evidence/${key}` });
    expect(journey.world.kept.get(key)).toMatchObject({ logs: [{ lines: [{ text: 'the last line' }] }] });
  });

  test('one that cannot be started has failed, with what ECS says', async () => {
    behaves('migrate', { seconds: 1, unstartable: 'CannotPullContainerError' });
    expect(await untilEnded()).toBe('rollBack');
    expect((await journey.stored()).state.reason).toContain('could not be started: CannotPullContainerError');
  });

  test('a container that has ended counts, though others of the task run on; then the task is stopped', async () => {
    behaves('migrate', { seconds: 5, exitCode: 0, sidecar: true });
    expect(await untilEnded()).toBe('passed');
    expect(started()[0]?.stopped?.reason).toBe('sluice: its container has ended');
  });

  test('a stop of its own that could not be recorded says nothing against the task', async () => {
    behaves('migrate', { seconds: 5, exitCode: 0, sidecar: true });
    await run();
    later(6);
    const append = journey.world.store.append.bind(journey.world.store);
    journey.world.store.append = () => Promise.reject(new Error('the table does not answer'));
    await expect(run()).rejects.toThrow('does not answer');
    journey.world.store.append = append;
    expect(started()[0]?.stopped).toBeDefined();

    expect(await untilEnded()).toBe('passed');
  });

  test('logs that cannot be kept hold nothing up', async () => {
    const failing = () => Promise.reject(new Error('denied'));
    await run();
    later(10);
    await run(altered(journey.world, { archive: { keep: failing }, evidence: { tasks: failing, logs: failing } }));
    expect(await last('TaskPassed')).not.toHaveProperty('logs');
  });

  test('a call that dies before it records the start starts no second task', async () => {
    const append = journey.world.store.append.bind(journey.world.store);
    journey.world.store.append = (from, events, at) =>
      events.some(({ type }) => type === 'TaskStarted') ? Promise.reject(new Error('died')) : append(from, events, at);
    await expect(run()).rejects.toThrow('died');
    journey.world.store.append = append;
    later(20);

    expect(await untilEnded()).toBe('passed');
    expect(started()).toHaveLength(1);
  });

  test('where no call could be finished for so long that a token may be forgotten, nothing is started again', async () => {
    const failing = altered(journey.world, {
      oneOffTasks: Object.assign(new ModelTasks(journey.world.now), {
        run: () => Promise.reject(new Error('no answer')),
      }),
    });
    await expect(run(failing)).rejects.toThrow('no answer');
    later(3100);

    expect(await run()).toMatchObject({ outcome: 'waiting' });
    expect(await last('TaskDecisionRequested')).toMatchObject({
      reason: expect.stringContaining('not known whether ECS'),
    });
    expect(started()).toHaveLength(0);
  });

  test('nothing is begun while the rollout is paused', async () => {
    await commandRollout(
      journey.rolloutId,
      'pause',
      { by: 'Ana', how: 'command', reason: 'wait' },
      commandNeeds(journey.world),
    );
    expect(await run()).toMatchObject({ outcome: 'waiting' });
    expect(started()).toHaveLength(0);
  });

  test('a container that green does not have is refused by its name', async () => {
    journey = await journeyTo('ready', { spec: withTasks({ ...migrate, container: 'tool' }) });
    const { greenTaskDefinition = '' } = (await journey.stored()).state;
    const facts = { arn: greenTaskDefinition, family: 'web', active: true };
    const app = { image: 'x', environment: {}, secrets: {} };
    journey.world.taskDefinitions.set(greenTaskDefinition, { ...facts, containers: { app } });
    await expect(run()).rejects.toThrow(/Task migrate names container tool, .* \(it has app\)/);
  });

  test('a rollback runs none', async () => {
    journey = await journeyTo('opened', { spec: withTasks(migrate) });
    const { state } = await journey.stored();
    const { nextTask } = await import('../../../lib/rollout/task-runs.ts');
    expect(nextTask(state, 'before')?.name).toBe('migrate');
    expect(nextTask({ ...state, rollback: { to: 'kept' } }, 'before')).toBeUndefined();
  });
});

describe('once per digest', () => {
  const again = async (spec: ReturnType<typeof withTasks>) => {
    expect(await untilEnded()).toBe('passed');
    const { world } = journey;
    await journey.append(
      { type: 'RollbackRequested', reason: 'x', by: 'a test' },
      { type: 'TrafficRestored', rules: 1 },
      { type: 'RolledBack', reason: 'x' },
    );
    later(60);
    world.oneOffTasks.started.clear();
    await world.store.putSpec(spec, 'a test', world.now().toISOString());
    const executionArn = `${openInput().executionArn}-again`;
    const opened = await openRollout({ ...openInput(), executionArn, startedAt: world.now().toISOString() }, world);
    if (opened.outcome !== 'opened') throw new Error(opened.reason);
    Object.assign(journey, { rolloutId: opened.rolloutId, fence: opened.fence });
    await judgePreChecks({ ...journey.owned, results: passedChecks }, world);
    await pinCapacity(journey.owned, world);
    await provisionGreen(journey.owned, world);
    await checkGreen(journey.owned, world);
  };

  test('what has passed with this image and command is not run again', async () => {
    const former = journey.rolloutId;
    await again(withTasks(migrate));
    expect(await untilEnded()).toBe('passed');
    expect(started()).toHaveLength(0);
    expect(await last('TaskSkipped')).toMatchObject({ task: 'migrate', rolloutId: former });
  });

  test('another command is another task', async () => {
    await again(withTasks({ ...migrate, command: ['migrate', '--all'] }));
    expect(await untilEnded()).toBe('passed');
    expect(started()).toHaveLength(1);
  });

  test('oncePer: rollout runs it each time', async () => {
    await again(withTasks({ ...migrate, oncePer: 'rollout' }));
    expect(await untilEnded()).toBe('passed');
    expect(started()).toHaveLength(1);
  });
});

describe('a task that does not end', () => {
  beforeEach(async () => {
    behaves('migrate', { seconds: 0 });
    for (let looks = 0; looks < 30; looks += 1) later((await run()).waitSeconds);
  });

  test('is stopped at its limit, and people decide: no traffic meanwhile', async () => {
    expect(started()[0]?.stopped?.reason).toBe('sluice: its time is over');
    expect(await last('TaskDecisionRequested')).toMatchObject({
      reason: 'it did not end within 1m and was stopped; whether it did its work is not known',
    });
    expect((await journey.stored()).state).toMatchObject({ phase: 'verifying', weight: 0 });
    expect(await types()).toEqual(['TaskBegun', 'TaskStarted', 'TaskDecisionRequested']);
  });

  test('without a decision the rollout ends at the cap', async () => {
    later(3600);
    expect(await untilEnded(1)).toBe('rollBack');
    expect((await journey.stored()).state.reason).toContain('Nobody decided in time about task migrate');
  });

  test('a person runs it again', async () => {
    behaves('migrate', { seconds: 4, exitCode: 0 });
    expect(await tell('retry')).toMatchObject({ outcome: 'done' });
    expect(journey.world.started).toEqual([]);

    expect(await untilEnded()).toBe('passed');
    expect(started()).toHaveLength(2);
    expect(await last('TaskPassed')).toMatchObject({ run: 2 });
    // The question is answered.
    expect(await tell('retry')).toMatchObject({ outcome: 'refused' });
  });

  test('the next run waits until the former one has stopped', async () => {
    const [former] = started();
    if (former === undefined) throw new Error('nothing was started');
    delete former.stopped;
    await tell('retry');

    expect(await run()).toMatchObject({ outcome: 'waiting' });
    expect(started()).toHaveLength(1);
    expect(former.stopped).toBeDefined();
    await run();
    expect(started()).toHaveLength(2);
  });

  test('a person goes on without it', async () => {
    expect(await tell('promote')).toMatchObject({ outcome: 'done' });
    expect(await untilEnded()).toBe('passed');
    expect(started()).toHaveLength(1);
  });

  test('a person ends the rollout', async () => {
    expect(await tell('abort')).toMatchObject({ outcome: 'done' });
    expect(await untilEnded()).toBe('rollBack');
    expect((await journey.stored()).state.decisions?.at(-1)).toMatchObject({ point: 'task-1', answer: 'aborted' });
  });
});

describe('what is left of the tasks of a rollout that is ended', () => {
  test('is stopped with green, also where its start was never recorded', async () => {
    const ended = await rollbackTo(
      'confirmed',
      'ready',
      async (on) => {
        on.world.oneOffTasks.behaviours.set('migrate', { seconds: 0 });
        const append = on.world.store.append.bind(on.world.store);
        on.world.store.append = (from, events, at) =>
          events.some(({ type }) => type === 'TaskStarted')
            ? Promise.reject(new Error('died'))
            : append(from, events, at);
        await runBeforeTasks(on.owned, on.world).catch(() => undefined);
        on.world.store.append = append;
      },
      { spec: withTasks(migrate) },
    );
    const [task] = [...ended.world.oneOffTasks.started.values()];
    expect(task?.stopped).toBeUndefined();

    await removeGreen({ ...ended.owned, startedAt }, ended.world);
    expect(task?.stopped?.reason).toBe('sluice: its rollout was ended');
  });
});
