import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import type { Alterations } from '../watched-world.ts';
import { answeringGreen, type Circumstances, type Given, withHeader } from './answering-green.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('ready', { spec: withHeader() });
});

const answering = (answers: (number: number, address: string | undefined) => Given, how?: Circumstances) =>
  answeringGreen(journey, answers, how);
const reason = async () => (await journey.stored()).state.reason;
const verified = async () => (await journey.events('GreenVerified'))[0];

describe('without a version in the answers', () => {
  beforeEach(async () => {
    journey = await journeyTo('ready', { spec: modelSpec({ period: '60s', lag: '2m' }) });
  });

  test('green is verified once its target group has counted every request', async () => {
    const started = journey.world.time;
    const { asked, run } = answering(() => 200);

    expect((await run()).at(-1)).toBe('verified');
    expect(await verified()).toMatchObject({ proof: 'requests', requests: 10, counted: 10, status: 200 });
    expect(asked).toHaveLength(10);
    expect(journey.world.time - started).toBeGreaterThanOrEqual(15_000);
  });

  test.each(['blue', 'other'] as const)('good answers of %s are not: it is rolled back at the cap', async (who) => {
    const started = journey.world.time;
    const { run } = answering(() => who);

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toMatch(
      /^Nothing proved within 600 s that green answered .*green's target group counted 0 of 10 requests/,
    );
    expect(journey.world.time - started).toBeLessThan(640_000);
  });

  test('one request of ten that another rule took is no verification', async () => {
    const { run } = answering((number) => (number % 10 === 3 ? 'other' : 200));

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('counted 9 of 10 requests');
  });

  test('a bad answer that its target group counted is green’s own', async () => {
    const { run } = answering(() => 500);

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('Green did not answer well');
  });

  test('users who were on that slot until just now are waited out', async () => {
    const started = journey.world.time;
    const { metrics } = journey.world;
    const parts: Alterations = {
      metrics: {
        read: async (question) =>
          (await metrics.read(question)).map((row) => {
            const isOld = row.at * 1000 < started + 30_000;
            return isOld ? { ...row, green: { requests: 500 + (row.green['requests'] ?? 0) } } : row;
          }),
      },
    };
    const { run } = answering(() => 200, { parts });

    expect((await run()).at(-1)).toBe('verified');
    expect(await verified()).toMatchObject({ requests: 10, counted: 10 });
  });

  test('requests that reach green by another rule prove nothing', async () => {
    const parts: Alterations = {
      metrics: {
        read: ({ from, to }) =>
          Promise.resolve([
            { at: from, blue: {}, green: { requests: 40 } },
            { at: to - 60, blue: {}, green: { requests: 40 } },
          ]),
      },
    };
    const { run } = answering(() => 'other', { parts });

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('so its counts prove nothing');
  });

  test('counts that CloudWatch does not tell are said to be unknown, and end at the cap', async () => {
    const parts: Alterations = { metrics: { read: () => Promise.reject(new Error('CloudWatch is unreachable')) } };
    const { run } = answering(() => 200, { parts });

    expect((await run()).at(-1)).toBe('rollBack');
    expect(await reason()).toContain('who answered could not be found out: CloudWatch is unreachable');
  });

  test('the cap is the spec’s', async () => {
    journey = await journeyTo('ready', { spec: modelSpec({ timeouts: { verifyGreen: '90s' } }) });
    const started = journey.world.time;
    await answering(() => 'blue').run();

    expect(journey.world.time - started).toBeLessThan(120_000);
    expect(await reason()).toContain('within 90 s');
  });
});

test('users that a changed rule sends to green before it is verified end the verification at the next look', async () => {
  const { look } = answering(() => 'blue');
  await look();
  journey.world.actions.set(modelArns.rule, [{ Type: 'forward', TargetGroupArn: modelArns.groupB }]);

  expect(await look()).toMatchObject({ outcome: 'rollBack' });
  expect(await reason()).toContain(`${modelArns.rule} was changed before green was verified`);
  expect(journey.world.headerRoutes.size).toBe(0);
});
