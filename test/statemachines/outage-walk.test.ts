import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelArns, modelSpec, type ModelWorld } from '../model/model-world.ts';
import { ServiceError } from '../model/integrations.ts';
import { newestRollout } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { definitionOf } from './definitions.ts';
import { good, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

/** Makes states of the rollout machine fail so many times, each with the error. */
function failing(states: readonly string[], times: number, error: () => Error) {
  let left = times;
  return (state: string, _: unknown, machine: string) => {
    if (machine !== 'rollout' || !states.includes(state) || left === 0) return;
    left -= 1;
    throw error();
  };
}

const down = () => new Error('the network is down');
const busy = () => new ServiceError('ProvisionedThroughputExceededException');

/** States that hold the lock and call a function whose work may be repeated. */
const repeated = Object.entries(definitionOf('rollout').States).flatMap(([name, { Catch = [] }]) =>
  Catch.at(-1)?.Next === 'DelayRollout' && name !== 'AwaitApproval' && name !== 'RunPreChecks' ? [name] : [],
);

const types = () => world.announcements.map(({ type }) => type);

describe('an outage that ends', () => {
  test('there are the states of a whole rollout', () => {
    expect(repeated.length).toBeGreaterThanOrEqual(10);
  });

  test.each(repeated)('in %s holds the rollout up, says so, and the good version goes to 100 %', async (state) => {
    const spec = modelSpec({ before: [{ name: 'migrate', command: ['migrate'] }] });
    const after = modelSpec({ after: ['alarms-quiet'] });
    const needed = { RunBeforeTasks: spec, RunAfterChecks: after }[state];
    if (needed !== undefined) await world.store.putSpec(needed, 'a test', world.now().toISOString());
    const { end, states } = await walk('rollout', good, world, { before: failing([state], 8, down) });

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(states).toContain('DelayRollout');
    expect(types()).toEqual(expect.arrayContaining(['RolloutDelayed', 'DelayEnded', 'RolloutSucceeded']));
    expect(types()).not.toContain('RollbackRequested');
    expect((await newestRollout(world)).delay).toBeUndefined();
    expect(world.changes.map(({ weights }) => weights[modelArns.groupB])).toEqual([10, 50, 100]);
  });

  test('and takes the record with it is waited for, and announced once the record is back', async () => {
    const before = failing(['AnalyseGreen', 'DelayRollout'], 40, busy);
    const { end } = await walk('rollout', good, world, { before });

    expect(end).toEqual({ status: 'SUCCEEDED' });
    const delayed = world.announcements.find(({ type }) => type === 'RolloutDelayed');
    expect(delayed?.summary).toContain('AWS throttles calls (ProvisionedThroughputExceededException');
    expect(types()).not.toContain('RollbackRequested');
  });

  test('of EventBridge Scheduler alone keeps traffic where it is until the guard watches again', async () => {
    let outage = false;
    const put = world.schedules.put.bind(world.schedules);
    Object.assign(world.schedules, {
      put: (...given: Parameters<typeof put>) => (outage ? Promise.reject(down()) : put(...given)),
    });
    let shifts = 0;
    const { end } = await walk('rollout', good, world, {
      before: (state) => {
        if (state === 'ShiftTraffic') shifts += 1;
        outage = shifts > 1 && shifts < 8;
      },
    });

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(shifts).toBeGreaterThanOrEqual(8);
    expect(types()).toContain('RolloutDelayed');
  });
});

describe('a pre-check that cannot be run', () => {
  test.each([
    ['throttled', () => new ServiceError('Lambda.TooManyRequestsException')],
    ['out of service', () => new ServiceError('Lambda.ServiceException')],
    ['closed to the product', () => new ServiceError('AccessDeniedException')],
    ['failing for an unknown reason', down],
  ])('as something is %s delays the rollout, which says so and goes on after the outage', async (_, error) => {
    const { end, states } = await walk('rollout', good, world, { before: failing(['RunPreCheck'], 105, error) });

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(states).toContain('DelayRollout');
    expect(types()).toEqual(expect.arrayContaining(['RolloutDelayed', 'DelayEnded', 'RolloutSucceeded']));
    expect(types()).not.toContain('RolloutRejected');
  });

  test('until the cap ends the rollout before anything was changed, with the reason', async () => {
    const { end } = await walk('rollout', good, world, { before: failing(['RunPreCheck'], Infinity, busy) });

    expect(end).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringMatching(/could not go on for \d+ s: AWS throttles calls/),
    });
    expect(world.changes).toEqual([]);
  });

  test.each(['TypeError', 'Refusal'])('as it always fails with %s rejects the rollout', async (error) => {
    const before = failing(['RunPreCheck'], Infinity, () => new ServiceError(error));
    const { end } = await walk('rollout', good, world, { before });

    expect(end).toMatchObject({ error: 'Rejected', cause: expect.stringContaining(error) });
    expect(types()).not.toContain('RolloutDelayed');
  });
});

describe('what does not go away', () => {
  test('is tried until the cap that was announced, then the rollout goes back', async () => {
    const { end } = await walk('rollout', good, world, { before: failing(['AnalyseGreen'], Infinity, down) });

    expect(end).toMatchObject({
      error: 'RolledBack',
      cause: expect.stringMatching(/could not go on for \d+ s: .*the network is down/),
    });
    const { announcements } = world;
    const until = (await world.store.events((await newestRollout(world)).rolloutId, 0)).flatMap(({ event }) =>
      event.type === 'RolloutDelayed' ? [event.until] : [],
    );
    const requested = announcements.find(({ type }) => type === 'RollbackRequested');
    expect(until).toHaveLength(1);
    expect(Date.parse(requested?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(until[0] ?? ''));
  });

  test('in the checks at 100 % ends the same way, though no check has failed', async () => {
    await world.store.putSpec(modelSpec({ after: ['alarms-quiet'] }), 'a test', world.now().toISOString());
    const unknown = () => new ServiceError('ChecksUnknown');
    const { end, states } = await walk('rollout', good, world, {
      before: failing(['RunAfterChecks'], Infinity, unknown),
    });

    expect(states).toContain('DelayRollout');
    expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringMatching(/could not go on for \d+ s: /) });
    expect(types()).toEqual(expect.arrayContaining(['RolloutDelayed', 'RollbackRequested']));
  });

  test.each(['Refusal', 'TypeError', 'IllegalTransition'])('%s is not tried again', async (error) => {
    const before = failing(['AnalyseGreen'], Infinity, () => new ServiceError(error));
    const { end } = await walk('rollout', good, world, { before });

    expect(end).toMatchObject({ error: 'RolledBack', cause: expect.stringContaining('could not be done') });
    expect(types()).not.toContain('RolloutDelayed');
  });
});
