import { describe, expect, test } from '@jest/globals';
import { alarms, argo, flagger, mannWhitney } from '../../bench/analysis/judges.ts';
import { measure } from '../../bench/analysis/measure.ts';
import { requiredSteps } from '../../bench/analysis/schedule.ts';
import { settledAtOnce } from '../../bench/analysis/publication.ts';
import { shapes } from '../../bench/analysis/shapes.ts';
import { seenByJudges, simulate } from '../../bench/analysis/traffic.ts';
import { waldMinutes } from '../../bench/analysis/wald.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';

/** Minutes of 100 requests on each slot; green fails `errors` of them. */
function minutes(errors: readonly number[]): PeriodOfBoth[] {
  return errors.map((failed, minute) => ({
    at: minute * 60,
    weight: 50,
    blue: { requests: 100, errors: 0 },
    green: { requests: 100, errors: failed },
  }));
}

const shapeNamed = (name: string) => {
  const shape = shapes.find((one) => one.name === name);
  if (shape === undefined) throw new Error(`no shape is called ${name}`);
  return shape;
};

describe('the judges that the gates are measured against', () => {
  const flapping = minutes([0, 5, 0, 5, 5, 0, 5, 5, 5, 0]);

  test.each([
    ["Argo's failureLimit 0 ends at the first failure", argo(0), 1],
    ["Argo's failureLimit 3 ends at the fourth, wherever they are", argo(3), 6],
    ["Flagger's threshold 3 ends one interval after the third", flagger(3), 5],
    ['an alarm of 3 of 3 waits for three in a row', alarms(3), 8],
    ['an alarm of 4 of 4 never sees them', alarms(4), undefined],
  ])('%s', (_, judge, minute) => {
    expect(judge(settledAtOnce(flapping)).rolledBackAt).toBe(minute);
  });

  test('the Mann-Whitney judge decides at the end of 15 minutes, and not on what hits both slots', () => {
    const worse = minutes(Array.from({ length: 30 }, (_, minute) => 5 + (minute % 3)));
    const alike = worse.map((period) => ({ ...period, blue: period.green }));

    expect(mannWhitney(settledAtOnce(worse)).rolledBackAt).toBe(14);
    expect(mannWhitney(settledAtOnce(alike))).toEqual({});
  });
});

describe('simulated traffic', () => {
  test('is the same for a seed, another for another, and has the shape of a rollout', () => {
    const shape = shapeNamed('3x errors, 100/s');
    const { periods } = simulate(shape, requiredSteps, 1, 2);

    expect(simulate(shape, requiredSteps, 1, 2).periods).toEqual(periods);
    expect(simulate(shape, requiredSteps, 1, 3).periods).not.toEqual(periods);
    expect(periods.filter(({ weight }) => weight === 0)).toHaveLength(120);
    expect(periods.filter(({ weight }) => weight > 0)).toHaveLength(85);
    for (const { green } of periods) expect(green['errors'] ?? 0).toBeLessThanOrEqual(green['requests'] ?? 0);
  });

  test('no judge sees the minute in which the weight changed', () => {
    const seen = seenByJudges(simulate(shapeNamed('3x errors, 100/s'), requiredSteps, 1, 2).periods);

    expect(seen.filter(({ weight }) => weight > 0)).toHaveLength(81);
    expect(seen.map(({ at }) => at / 60)).not.toEqual(expect.arrayContaining([15]));
  });

  test("counts green's bad responses until the decision", () => {
    const shape = shapeNamed('half fail, 100/s');
    const judges = {
      never: { judgeOf: () => () => ({}), scheduleAt: () => requiredSteps },
      first: { judgeOf: () => argo(0), scheduleAt: () => requiredSteps },
    };
    const [never, first] = measure(shape, judges, 2, 1).judges;

    expect(first).toMatchObject({ rolledBack: 1, atFirst: 1, minutes: 4 });
    expect(first?.badResponses).toBeGreaterThan(100);
    expect(never?.badResponses).toBeGreaterThan(20 * (first?.badResponses ?? Infinity));
    expect(never).toMatchObject({ rolledBack: 0, promoted: 1 });
  });
});

describe("Wald's bound", () => {
  test('is shorter for a larger regression, and told only for constant ones', () => {
    const [three, ten] = ['3x errors, 100/s', '10x errors, 100/s'].map((name) =>
      waldMinutes(shapeNamed(name), requiredSteps, 0.01, 1.25),
    );

    expect(three).toBeGreaterThan(ten ?? Infinity);
    expect(ten).toBeGreaterThan(0);
    expect(waldMinutes(shapeNamed('slow ramp to 10x errors'), requiredSteps, 0.01, 1.25)).toBeUndefined();
  });
});
