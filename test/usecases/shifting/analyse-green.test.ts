import { describe, expect, test } from '@jest/globals';
import { billOfRollout } from '../../../bench/pipeline/rollout-cost.ts';
import type { MetricQuestion } from '../../../lib/metrics/source.ts';
import type { World } from '../../../lib/ports/world.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo } from '../journey.ts';
import { altered, type Alterations } from '../watched-world.ts';

/** Minutes of metrics that are two minutes late, as AWS has them. */
const written = {
  period: '60s',
  lag: '120s',
  steps: [
    { weight: 10, bake: '15m' },
    { weight: 100, bake: '15m' },
  ],
};

interface Look {
  readonly journey: Journey;
  readonly asked: MetricQuestion[];
  /** Looks some seconds after the shift. */
  readonly at: (seconds: number) => ReturnType<typeof analyseGreen>;
}

async function baking(alterations: Alterations = {}, changed: Readonly<Record<string, unknown>> = {}): Promise<Look> {
  const journey = await journeyTo('shifted', { spec: modelSpec({ ...written, ...changed }) });
  const shifted = Date.parse((await journey.stored()).state.stepStartedAt ?? '');
  const asked: MetricQuestion[] = [];
  const metrics: Partial<World['metrics']> = {
    read: (question) => {
      asked.push(question);
      return journey.world.metrics.read(question);
    },
  };
  const world = altered(journey.world, { metrics, ...alterations });
  const at = (seconds: number) => {
    journey.world.time = shifted + seconds * 1000;
    return analyseGreen({ ...journey.owned, step: 0 }, world);
  };
  return { journey, asked, at };
}

describe('a look at a bake', () => {
  test('asks for no metrics until a whole period with the weight has settled, then once a look', async () => {
    const { asked, at, journey } = await baking();
    const looks = [60, 120, 180, 240, 300, 360];
    const questions: number[] = [];
    for (const seconds of looks) {
      await at(seconds);
      questions.push(asked.length);
    }
    const events = await journey.world.store.events(journey.rolloutId, 0);
    const samples = events.flatMap(({ event }) => (event.type === 'GreenAnalysed' ? [event] : []));

    expect(questions).toEqual([0, 0, 0, 1, 2, 3]);
    expect(samples).toHaveLength(looks.length);
    expect(samples[0]).toMatchObject({ verdict: 'hold', reason: expect.stringContaining('120 s behind'), gates: [] });
    expect(samples[0]?.settledUntil).toBeUndefined();
    expect(samples[3]?.gates).not.toEqual([]);
  });

  test('asks at the end of a bake, however short it was', async () => {
    const { asked, at } = await baking({}, { steps: [{ weight: 100, bake: '60s' }] });

    expect(await at(60)).toMatchObject({ verdict: 'hold', outcome: 'keepBaking' });
    expect(asked).toHaveLength(1);
  });

  test('asks again where the last question failed', async () => {
    const failing = await baking({ metrics: { read: () => Promise.reject(new Error('throttled')) } });
    expect(await failing.at(240)).toMatchObject({ reason: expect.stringContaining('throttled') });
    expect(await failing.at(241)).toMatchObject({ reason: expect.stringContaining('throttled') });
  });

  test('asks for what its gates read, and for the healthy hosts only where one reads them', async () => {
    const plain = await baking();
    await plain.at(240);
    const gates = [{ name: 'hosts', value: { metric: 'healthyHosts' }, better: 'higher', pass: 2, abort: 1 }];
    const naming = await baking({}, { gates });
    await naming.at(240);

    expect(plain.asked[0]?.metrics).not.toContain('healthyHosts');
    expect(naming.asked[0]?.metrics).toEqual(['requests', 'healthyHosts']);
  });
});

describe('a green without one healthy target', () => {
  const ofGreen = (answers: readonly number[]): Alterations => {
    let calls = 0;
    return {
      router: {
        targetHealth: (group) => {
          const healthy = group === modelArns.groupB ? (answers[Math.min(calls, answers.length - 1)] ?? 0) : 2;
          if (group === modelArns.groupB) calls += 1;
          return Promise.resolve({ healthy, unhealthy: 2 - healthy, total: 2 });
        },
      },
    };
  };

  test.each([
    [60, 'before any metric of it has settled'],
    [300, 'while its gates pass'],
  ])('fails at once %s s after the shift, %s', async (seconds) => {
    const { at, journey } = await baking(ofGreen([0]));

    expect(await at(seconds)).toMatchObject({ outcome: 'rollBack', verdict: 'fail' });
    expect((await journey.stored()).state).toMatchObject({
      phase: 'rollingBack',
      failedGate: 'healthy-hosts',
      reason: 'green has no healthy target at all, of 2',
    });
  });

  test('is not believed where a second look sees one', async () => {
    const { at } = await baking(ofGreen([0, 1]));

    expect(await at(300)).toMatchObject({ outcome: 'keepBaking' });
  });
});

describe('rules and slots that cannot be read', () => {
  const unreadable = async (refuses: () => boolean) => {
    const { at, journey } = await baking(
      {
        router: {
          targetHealth: (group) =>
            refuses() ? Promise.reject(new Error('throttled')) : journey.world.router.targetHealth(group),
        },
      },
      { timeouts: { interference: '10m' } },
    );
    return { at, journey };
  };

  test('let no step pass, up to a cap that people are notified of', async () => {
    const { at, journey } = await unreadable(() => true);

    expect(await at(800)).toMatchObject({ outcome: 'keepBaking' });
    expect(await at(1300)).toMatchObject({ outcome: 'keepBaking' });
    expect(await at(1401)).toMatchObject({ outcome: 'rollBack' });
    expect(await journey.events('RolloutDelayed')).toEqual([
      { type: 'RolloutDelayed', reason: expect.stringContaining('throttled'), until: expect.any(String) },
    ]);
    expect((await journey.stored()).state.reason).toBe(
      'The rollout could not go on for 601 s: rules and slots cannot be read: throttled',
    );
  });

  test('end with the first evaluation that can read them, and the step passes', async () => {
    let refuses = true;
    const { at, journey } = await unreadable(() => refuses);
    await at(800);
    await at(1300);
    refuses = false;

    expect(await at(1390)).toMatchObject({ outcome: 'stepPassed' });
    expect(await journey.events('DelayEnded')).toEqual([{ type: 'DelayEnded', seconds: 590 }]);
    expect((await journey.stored()).state.delay).toBeUndefined();
  });
});

describe('the price of a rollout by the defaults', () => {
  test('stays under $0.025', async () => {
    const bill = await billOfRollout();
    const dollars = bill.reduce((sum, position) => sum + position.dollars, 0);

    expect(bill.every(({ count }) => count > 0)).toBe(true);
    expect(dollars).toBeLessThan(0.025);
  });
});
