import { describe, expect, test } from '@jest/globals';
import { billOfRollout } from '../../bench/pipeline/rollout-cost.ts';
import { greenCount } from '../../lib/rollout/sizing.ts';
import { longestSeconds } from '../../lib/rollout/guard.ts';
import { metricsPerEvaluation, seriesPerEvaluation } from '../../lib/report/series-per-evaluation.ts';
import { plannedCost, plannedTaskCost } from '../../lib/rollout/planned-cost.ts';
import { planOf } from '../../lib/rollout/rollout-plan.ts';
import { defaultSpec } from '../model/model-world.ts';

describe('the plan of a rollout', () => {
  test('has each step with its time, its looks and its tasks', () => {
    const { steps, bakesSeconds } = planOf(defaultSpec(), 8);

    expect(bakesSeconds).toBe(100 * 60);
    expect(steps.map(({ weight, startsAtSeconds, endsAtSeconds }) => [weight, startsAtSeconds, endsAtSeconds])).toEqual(
      [
        [1, 0, 300],
        [5, 300, 1200],
        [25, 1200, 3000],
        [50, 3000, 4800],
        [90, 4800, 5400],
        [100, 5400, 6000],
      ],
    );
    expect(steps.map(({ greenTasks, blueTasks }) => [greenTasks, blueTasks])).toEqual([
      [2, 8],
      [2, 8],
      [3, 8],
      [5, 8],
      [8, 8],
      [8, 8],
    ]);
    expect(steps.map(({ looks }) => looks)).toEqual([5, 15, 30, 30, 10, 10]);
  });

  test.each([1, 2, 3, 7, 100])('gives green what a rollout gives it, for a blue of %d', (tasks) => {
    const settings = defaultSpec({ capacity: { headroom: 1.1, minimum: 1 } });

    expect(planOf(settings, tasks).steps.map(({ greenTasks }) => greenTasks)).toEqual(
      settings.steps.map(({ weight }) => greenCount(settings.capacity, weight, tasks)),
    );
  });

  test('says nothing of tasks where nobody said how many blue has', () => {
    const plan = planOf(defaultSpec(), undefined);

    expect(plan.extraTaskHours).toBeUndefined();
    expect(plan.steps.every(({ greenTasks }) => greenTasks === undefined)).toBe(true);
    expect(plannedTaskCost(plan, { cpuUnits: 1024, megabytes: 2048, isArm: false })).toEqual([]);
  });

  test('tells the guard times that a rollout is guarded by, and whom it waits for', () => {
    const people = [{ name: 'Ana', roles: ['tech-lead'] }];
    const guarded = defaultSpec({
      approvals: { people, required: ['tech-lead'], within: '2h' },
      timeouts: { guard: '4m' },
    });

    expect(planOf(guarded, 2)).toMatchObject({
      approvals: { roles: ['tech-lead'], withinSeconds: 7200 },
      guard: { silenceSeconds: 240, limitSeconds: longestSeconds(guarded, undefined) },
    });
    expect(planOf(defaultSpec(), 2).approvals).toBeUndefined();
  });

  test('counts task hours of green while it bakes, and of the former blue while it is kept', () => {
    const { extraTaskHours } = planOf(
      defaultSpec({ steps: [{ weight: 100, bake: '30m' }], retention: { keepFullFor: '2h', keepFor: '10h' } }),
      4,
    );

    expect(extraTaskHours).toEqual({ green: 2, keptBlue: 4 * 2 + 8 });
  });

  test('prices task hours by the size of a task and its processor', () => {
    const plan = planOf(
      defaultSpec({ steps: [{ weight: 100, bake: '1h' }], retention: { keepFullFor: '0s', keepFor: '0s' } }),
      1,
    );
    const [x86] = plannedTaskCost(plan, { cpuUnits: 1024, megabytes: 2048, isArm: false });
    const [arm] = plannedTaskCost(plan, { cpuUnits: 1024, megabytes: 2048, isArm: true });

    expect(x86?.dollars).toBeCloseTo(0.04048 + 2 * 0.004445, 10);
    expect(arm?.dollars).toBeCloseTo(0.03238 + 2 * 0.00356, 10);
  });
});

describe('the planned cost of the pipeline', () => {
  test('is what a rollout on the real machines is counted to cost', async () => {
    const bill = await billOfRollout();
    const { period, lag } = defaultSpec();
    const cost = plannedCost({
      plan: planOf(defaultSpec(), 2),
      periodSeconds: period,
      lagSeconds: lag,
      metricsPerEvaluation: metricsPerEvaluation(defaultSpec()),
    });
    const total = (positions: readonly { dollars: number }[]) =>
      positions.reduce((sum, { dollars }) => sum + dollars, 0);
    const countOf = (what: string) => bill.find((position) => position.what === what)?.count ?? 0;

    for (const { what, count } of cost.slice(0, 3)) {
      expect(count / countOf(what)).toBeGreaterThan(0.95);
      expect(count / countOf(what)).toBeLessThan(1.05);
    }
    expect(total(cost) / total(bill)).toBeGreaterThan(0.9);
    expect(total(cost) / total(bill)).toBeLessThan(1.1);
  });

  test('is at most $0.025 for a rollout by the default steps', () => {
    const { period, lag } = defaultSpec();
    const cost = plannedCost({
      plan: planOf(defaultSpec(), 2),
      periodSeconds: period,
      lagSeconds: lag,
      metricsPerEvaluation: metricsPerEvaluation(defaultSpec()),
    });

    expect(cost.reduce((sum, { dollars }) => sum + dollars, 0)).toBeLessThanOrEqual(0.025);
  });

  test('counts statistics of one metric as the one metric that CloudWatch bills', () => {
    const latency = { name: 'latency-p95', value: { metric: 'latencyP95' }, pass: 2, abort: 5 };
    const slow = { name: 'slow', bad: { metric: 'slow' }, total: { metric: 'requests' }, pass: 0.01, abort: 0.05 };
    const own = (statistic: string) => ({ namespace: 'Shop', name: 'Wait', statistic, dimensions: { S: '{service}' } });
    const ofWait = (metric: string) => ({ name: metric, value: { metric }, pass: 2, abort: 5 });
    const waits = ['p50', 'p90', 'p95', 'p99', 'Maximum', 'Average'];
    const names = waits.map((_, index) => `wait${index}`);
    const both = defaultSpec({ gates: [latency, slow] });
    const six = defaultSpec({
      gates: names.map(ofWait),
      metrics: Object.fromEntries(waits.map((statistic, index) => [`wait${index}`, own(statistic)])),
    });

    expect([seriesPerEvaluation(both), metricsPerEvaluation(both)]).toEqual([2 * 4, 2 * 2]);
    expect([seriesPerEvaluation(six), metricsPerEvaluation(six)]).toEqual([2 * 7, 2 * 3]);
    expect([seriesPerEvaluation(defaultSpec()), metricsPerEvaluation(defaultSpec())]).toEqual([14, 14]);
  });

  test('grows with the looks, and is never negative', () => {
    const costOf = (overrides: Readonly<Record<string, unknown>>) => {
      const one = defaultSpec(overrides);
      return plannedCost({
        plan: planOf(one, 2),
        periodSeconds: one.period,
        lagSeconds: one.lag,
        metricsPerEvaluation: 14,
      });
    };
    const short = costOf({ steps: [{ weight: 100, bake: '1s' }], lag: '15m' });
    const long = costOf({ steps: [{ weight: 100, bake: '5h' }] });

    expect(short.every(({ count, dollars }) => count >= 0 && dollars >= 0)).toBe(true);
    expect(long.every(({ dollars }, index) => dollars > (short[index]?.dollars ?? 0))).toBe(true);
  });
});
