import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Vitals } from '../../../lib/ports/vitals.ts';
import { jsonHandler } from '../../../lib/runtime/json-handler.ts';
import { logger } from '../../../lib/platform/logger.ts';
import { health, type HealthWorld } from '../../../lib/usecases/watching/health.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { lambdaContext } from '../../runtime/lambda-context.ts';
import { type Journey, journeyTo } from '../journey.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('shifted');
});

afterEach(() => {
  jest.restoreAllMocks();
});

const well: Vitals = {
  machines: () => Promise.resolve({ rollout: 'ACTIVE', rollback: 'ACTIVE', retirement: 'ACTIVE' }),
  guard: () => Promise.resolve('ACTIVE'),
  undelivered: () => Promise.resolve([{ queue: 'undelivered', messages: 0 }]),
};

const publish = () => publishTransitions({ rolloutId: journey.rolloutId }, journey.world);

function look(vitals: Partial<Vitals> = {}, store: Partial<HealthWorld['store']> = {}) {
  const { store: real, installation, now } = journey.world;
  const reading: HealthWorld['store'] = {
    services: () => real.services(),
    list: (...args) => real.list(...args),
    announcedUpTo: (...args) => real.announcedUpTo(...args),
    events: (...args) => real.events(...args),
    ...store,
  };
  return health({ store: reading, vitals: { ...well, ...vitals }, installation, version: '1.2.3', now });
}

const failed = async (...args: Parameters<typeof look>) => {
  const { status, checks } = await look(...args);
  return { status, failed: checks.filter(({ passed }) => !passed).map(({ name, saw }) => [name, saw]) };
};

describe('the health of a stack', () => {
  test('is ok where every part answers and everything was announced', async () => {
    await publish();
    const found = await look();
    const [last] = (await journey.world.store.events(journey.rolloutId, 0)).slice(-1);

    expect(found).toMatchObject({
      status: 'ok',
      stage: 'test',
      version: '1.2.3',
      at: journey.world.now().toISOString(),
    });
    expect(found.checks.map(({ name, passed }) => [name, passed])).toEqual(
      ['record', 'machines', 'guard', 'publishing', 'undelivered'].map((name) => [name, true]),
    );
    expect(found.published).toEqual({ lastAt: last?.at, waiting: 0, oldestAt: undefined });
  });

  test.each<[string, Partial<Vitals>, readonly [string, string]]>([
    [
      'a machine is being deleted',
      { machines: () => Promise.resolve({ rollout: 'ACTIVE', rollback: 'DELETING' }) },
      ['machines', 'rollout is ACTIVE, rollback is DELETING'],
    ],
    ['there are no machines', { machines: () => Promise.resolve({}) }, ['machines', '']],
    [
      'the group is being deleted',
      { guard: () => Promise.resolve('DELETING') },
      ['guard', 'the group of schedules is DELETING'],
    ],
    [
      'a queue has messages',
      {
        undelivered: () =>
          Promise.resolve([
            { queue: 'dead', messages: 2 },
            { queue: 'other', messages: 0 },
          ]),
      },
      ['undelivered', '2 in dead'],
    ],
  ])('is failing where %s', async (_, vitals, finding) => {
    await publish();

    expect(await failed(vitals)).toEqual({ status: 'failing', failed: [finding] });
  });

  test.each<[string, keyof Vitals]>([
    ['machines', 'machines'],
    ['guard', 'guard'],
    ['undelivered', 'undelivered'],
  ])('a part that does not answer fails its check alone, without what AWS said: %s', async (name, part) => {
    await publish();
    const denied = Object.assign(new Error('User arn:aws:sts::111122223333:assumed-role/x is not authorized'), {
      name: 'AccessDeniedException',
    });

    expect(await failed({ [part]: () => Promise.reject(denied) })).toEqual({
      status: 'failing',
      failed: [[name, 'no answer: AccessDeniedException']],
    });
  });

  test('a table that does not answer fails what rests on it, and an error at once is no different', async () => {
    const services = () => {
      throw new RangeError('no table');
    };

    expect((await failed({}, { services })).failed.map(([name]) => name)).toEqual(['record', 'publishing']);
  });

  test('news may wait for a minute, not longer', async () => {
    expect(await failed()).toEqual({ status: 'ok', failed: [] });
    journey.world.time += 61_000;

    expect(await failed()).toEqual({
      status: 'failing',
      failed: [['publishing', expect.stringMatching(/^nothing was announced yet, \d+ waiting, the oldest for \d+ s$/)]],
    });
    await publish();
    expect(await failed()).toEqual({ status: 'ok', failed: [] });
  });

  test('what nobody is told of does not wait', async () => {
    await publish();
    await journey.append({ type: 'GreenAnalysed', step: 0, verdict: 'pass', reason: 'x', secondsLeft: 1, gates: [] });
    journey.world.time += 600_000;

    expect((await look()).published).toMatchObject({ waiting: 0 });
  });
});

describe('an answer over HTTP', () => {
  const get = { httpMethod: 'GET', path: '/health', headers: null };

  test('is for a GET alone', async () => {
    const answer = jsonHandler(() => Promise.resolve({ status: 200, body: {} }));

    await expect(answer({ httpMethod: 'POST' }, lambdaContext)).rejects.toThrow('GET');
  });

  test('is JSON that nobody keeps', async () => {
    jest.spyOn(logger, 'info').mockReturnValue();
    const answer = await jsonHandler(() => Promise.resolve({ status: 200, body: { status: 'ok' } }))(
      get,
      lambdaContext,
    );

    expect(answer).toMatchObject({
      statusCode: 200,
      body: '{"status":"ok"}',
      headers: { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' },
    });
  });

  test('tells nothing of an error but that there was one', async () => {
    const logged = jest.spyOn(logger, 'error').mockReturnValue();
    const answer = await jsonHandler(() => Promise.reject(new Error('the password is 123')))(get, lambdaContext);

    expect(answer).toMatchObject({ statusCode: 503, body: '{"status":"failing"}' });
    expect(logged).toHaveBeenCalled();
  });
});
