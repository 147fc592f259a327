import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import type { Datapoint } from '../../lib/analysis/datapoint.ts';
import { backtestGates, errorRate, healthyMinute, latencyP95, lookAfter, recording, slowRequests } from './minutes.ts';

describe('comparison with blue', () => {
  test('passes a green that does as blue does', () => {
    expect(analyse(lookAfter(recording()))).toMatchObject({ verdict: 'pass' });
  });

  test('rolls back more than three times as many errors, far under every limit, within the first step', () => {
    const analysis = analyse(lookAfter(recording({ green: (m) => ({ errors: m % 5 === 0 ? 3 : 2 }), minutes: 15 })));

    expect(analysis).toMatchObject({ verdict: 'fail', gate: 'error-rate' });
    expect(analysis.reason).toMatch(
      /^errors 0\.73 % against 0\.19 % of blue, 4,500 requests; a good version looks this bad in at most 1 of [\d,]+ rollouts$/,
    );
  });

  test('in the first minutes what a cold start does not bring counts in full, a few errors more count less', () => {
    const failing = (errors: number) =>
      analyse(lookAfter(recording({ traffic: 120, minutes: 1, green: () => ({ errors }) }), { gates: [errorRate] }));

    expect(failing(3)).toMatchObject({ verdict: 'fail', gate: 'error-rate' });
    expect(failing(2)).toMatchObject({ verdict: 'hold' });
  });

  test('takes no notice of an outage that hits both', () => {
    const outage = (requests: number) => (minute: number) =>
      minute >= 4 && minute < 9 ? { errors: Math.round(requests * 0.04) } : {};

    expect(analyse(lookAfter(recording({ blue: outage(5700), green: outage(300) })))).toMatchObject({
      verdict: 'pass',
    });
  });

  test('takes no notice of a latency wave that hits both', () => {
    const wave = (requests: number) => (minute: number) =>
      minute >= 4 && minute < 9 ? { slow: Math.round(requests * 0.2), latencyP95: 3.1 } : {};

    expect(analyse(lookAfter(recording({ blue: wave(5700), green: wave(300) })))).toMatchObject({ verdict: 'pass' });
  });

  test('lets one clump of errors of a size that blue had before go by', () => {
    const clumps = (minute: number) => ((minute + 120) % 11 === 3 ? { errors: 40 } : {});
    const analysis = analyse(lookAfter(recording({ blue: clumps, green: (m) => (m === 7 ? { errors: 20 } : {}) })));

    expect(analysis.verdict).not.toBe('fail');
  });

  test('rolls back for a latency that doubles, as soon as the warm-up is over', () => {
    const slow = () => ({ slow: 150, latencyP95: 2.4 });

    expect(analyse(lookAfter(recording({ minutes: 3, green: slow })))).toMatchObject({ verdict: 'hold' });
    expect(analyse(lookAfter(recording({ minutes: 4, green: slow })))).toMatchObject({ verdict: 'fail' });
  });

  test('waits for a green that is slow and gets better', () => {
    const cooling = (minute: number) => ({
      slow: Math.round(1 + 250 * 0.6 ** minute),
      latencyP95: 1.2 * (1 + 2 * 0.6 ** minute),
    });
    const verdicts = Array.from({ length: 15 }, (_, index) =>
      analyse(lookAfter(recording({ minutes: index + 1, green: cooling }))),
    );

    expect(verdicts.map(({ verdict }) => verdict)).not.toContain('fail');
    expect(verdicts.at(-1)).toMatchObject({ verdict: 'pass' });
  });

  test('a cache that is cold at each weight and fades within minutes is no regression; one that stays so is', () => {
    const weightAt = (minute: number) => (minute < 15 ? 5 : 25);
    const startsAt = (fading: number) => (minute: number) => {
      const left = Math.exp(-(minute % 15) / fading);
      return { slow: Math.round((weightAt(minute) / 100) * 6000 * (0.005 + 0.1 * left)), latencyP95: 1.2 * (1 + left) };
    };
    const verdictsOf = (green: (minute: number) => Datapoint) =>
      Array.from({ length: 30 }, (_, index) =>
        analyse(lookAfter(recording({ minutes: index + 1, weightAt, green }), { gates: backtestGates })),
      ).map(({ verdict }) => verdict);

    expect(verdictsOf(startsAt(5))).not.toContain('fail');
    expect(verdictsOf(startsAt(1e9)).indexOf('fail')).toBeLessThanOrEqual(8);
  });

  test('at 100 % what only the past speaks against is held for a person, and no more once it is over', () => {
    const weightAt = (minute: number) => (minute < 20 ? 90 : 100);
    const within = (change: Datapoint, until = Infinity) =>
      recording({
        minutes: 36,
        weightAt,
        green: (minute: number, weight: number) => (weight === 100 && minute < until ? change : {}),
      });
    const all = { gates: backtestGates };

    expect(analyse(lookAfter(within({}), all))).toMatchObject({ verdict: 'pass' });
    for (const change of [{ errors: 60 }, { latencyP95: 1.9 }]) {
      expect(analyse(lookAfter(within(change), all))).toMatchObject({
        verdict: 'hold',
        afterHold: 'ask',
        reason: expect.stringContaining('worst stretch before 100 %'),
      });
      expect(analyse(lookAfter(within(change, 28), all))).toMatchObject({ verdict: 'pass' });
    }
    // The limits act as ever.
    expect(analyse(lookAfter(within({ errors: 3000 }), all))).toMatchObject({ verdict: 'fail' });
    expect(analyse(lookAfter(within({ latencyP95: 6 }), all))).toMatchObject({ verdict: 'fail' });
  });
});

describe('limits', () => {
  test('half of the responses failing decides at the first datapoint, with and without history', () => {
    const broken = () => ({ errors: 150 });

    for (const history of [0, 120]) {
      expect(analyse(lookAfter(recording({ history, minutes: 1, green: broken })))).toMatchObject({
        verdict: 'fail',
        gate: 'error-rate',
      });
    }
  });

  describe('that everything breaks now and then', () => {
    const wave = { errors: 600 };
    const broken = (from: number, minutes: number) => (minute: number) =>
      minute >= from && minute < from + minutes ? wave : {};
    const at100 = (minutes: number) =>
      recording({
        minutes: 20 + minutes,
        weightAt: (minute) => (minute < 20 ? 90 : 100),
        blue: broken(-40, 5),
        green: broken(20, minutes),
      });

    test('at 100 % a wave that blue had before is held for as long as it lasted, then green fails', () => {
      expect(analyse(lookAfter(at100(4)))).toMatchObject({
        verdict: 'hold',
        reason: expect.stringContaining('blue breaks it too'),
      });
      expect(analyse(lookAfter(at100(9)))).toMatchObject({ verdict: 'fail' });
    });

    test('a wave that began at a lower weight weighs the same for both slots', () => {
      // Half of all responses fail for five minutes on either side of a higher weight.
      const hits = (minute: number, weight: number) => (minute >= 11 && minute < 19 ? { errors: 30 * weight } : {});
      const both = recording({
        minutes: 19,
        weightAt: (minute) => (minute < 15 ? 5 : 50),
        green: hits,
        blue: (minute, weight) => hits(minute, 100 - weight),
      });

      expect(analyse(lookAfter(both))).toMatchObject({ verdict: 'hold' });
    });
  });

  test('one error of ten requests is no evidence of anything', () => {
    const few = recording({ traffic: 200, minutes: 1, green: () => ({ errors: 1 }) });

    expect(analyse(lookAfter(few, { gates: [errorRate] }))).toMatchObject({ verdict: 'hold' });
  });

  test.each([
    ['hold', 'hold'],
    ['roll-back', 'fail'],
    ['ignore', 'pass'],
  ] as const)('a limit that blue breaks too: %s', (whenBlueToo, verdict) => {
    const outage = (requests: number) => () => ({ errors: Math.round(requests * 0.08) });
    const periods = recording({ blue: outage(5700), green: outage(300) });

    expect(analyse(lookAfter(periods, { gates: [{ ...errorRate, whenBlueToo }] }))).toMatchObject({ verdict });
  });

  test('a service that always runs at its pass limit is let through', () => {
    const near = (requests: number) => () => ({ errors: Math.round(requests * 0.0105), latencyP95: 2.05 });

    expect(analyse(lookAfter(recording({ blue: near(5700), green: near(300) })))).toMatchObject({ verdict: 'pass' });
  });

  test('holds a green that is beyond its pass limit while blue is not', () => {
    const periods = recording({ minutes: 6, green: () => ({ errors: 4 }) });
    const alone = { ...errorRate, compare: false };

    expect(analyse(lookAfter(periods, { gates: [alone] }))).toMatchObject({ verdict: 'pass' });
    expect(analyse(lookAfter(recording({ green: () => ({ errors: 7 }) }), { gates: [alone] }))).toMatchObject({
      verdict: 'hold',
      reason: expect.stringContaining('beyond the pass limit of 1 %'),
    });
  });

  test('a percentile beyond the abort limit is certain after two minutes, in the warm-up too', () => {
    const hung = () => ({ latencyP95: 8 });

    expect(analyse(lookAfter(recording({ minutes: 1, green: hung })))).toMatchObject({ verdict: 'hold' });
    expect(analyse(lookAfter(recording({ minutes: 2, green: hung })))).toMatchObject({
      verdict: 'fail',
      gate: 'latency-p95',
    });
  });
});

describe('no data', () => {
  test.each([
    ['green shows nothing', () => undefined],
    ['green has no requests', () => ({ requests: 0, errors: 0 })],
    ['errors are missing', () => ({ requests: 300 })],
    ['there are more errors than requests', () => ({ requests: 300, errors: 301 })],
    ['a count is negative', () => ({ requests: 300, errors: -1 })],
    ['a count is not a number', () => ({ requests: Number.NaN, errors: 0 })],
  ])('%s: hold', (_, green) => {
    const periods = recording().map((period) => (period.weight === 0 ? period : { ...period, green: green() ?? {} }));

    expect(analyse(lookAfter(periods, { gates: [errorRate] }))).toMatchObject({ verdict: 'hold', gate: 'error-rate' });
  });

  test('too few requests are a hold, enough of them a pass', () => {
    const periods = recording({ traffic: 60, minutes: 20 });

    expect(analyse(lookAfter(periods, { gates: [errorRate], minimumRequests: 61 }))).toMatchObject({ verdict: 'hold' });
    expect(analyse(lookAfter(periods, { gates: [errorRate], minimumRequests: 60 }))).toMatchObject({ verdict: 'pass' });
  });

  test('a datapoint that is late is a hold, however good the last one was', () => {
    const periods = recording();

    expect(analyse(lookAfter(periods, { settledUntil: 15 * 60 }))).toMatchObject({ verdict: 'pass' });
    expect(analyse(lookAfter(periods, { settledUntil: 19 * 60 }))).toMatchObject({
      verdict: 'hold',
      reason: 'no datapoint of green for 240 s',
    });
  });

  test('says what to do at the cap of the hold: ask only where every holding gate asks', () => {
    const periods = recording({ minutes: 2 });
    const gates = [
      { ...slowRequests, afterHold: 'ask' as const },
      { ...latencyP95, afterHold: 'ask' as const },
    ];

    expect(analyse(lookAfter(periods, { gates }))).toMatchObject({ verdict: 'hold', afterHold: 'ask' });
    expect(analyse(lookAfter(periods, { gates: [...gates, { ...slowRequests, name: 'another' }] }))).toMatchObject({
      afterHold: 'roll-back',
    });
  });
});

describe('policies', () => {
  test('an advisory gate is judged and shown, never acted on', () => {
    const broken = recording({ green: () => ({ errors: 150 }) });
    const analysis = analyse(lookAfter(broken, { gates: [{ ...errorRate, dryRun: true }, latencyP95] }));

    expect(analysis).toMatchObject({ verdict: 'pass' });
    expect(analysis.gates[0]).toMatchObject({ outcome: 'fail', dryRun: true });
  });

  test('alpha is shared among the gates that act', () => {
    const worse = recording({ minutes: 13, green: (m) => ({ errors: m % 5 === 0 ? 3 : 2 }) });
    const advisory = Array.from({ length: 18 }, (_, index) => ({ ...errorRate, name: `e${index}` }));

    expect(analyse(lookAfter(worse, { gates: [errorRate] }))).toMatchObject({ verdict: 'fail' });
    expect(analyse(lookAfter(worse, { gates: [errorRate, ...advisory] }))).toMatchObject({ verdict: 'hold' });
  });

  test('tolerance says how much worse green may be', () => {
    const worse = recording({ green: (m) => ({ errors: m % 5 === 0 ? 3 : 2 }) });

    expect(analyse(lookAfter(worse, { tolerance: 4 }))).toMatchObject({ verdict: 'pass' });
  });

  test('warmUp belongs to one gate', () => {
    const broken = recording({ minutes: 4, green: () => ({ errors: 150 }) });

    expect(analyse(lookAfter(broken, { gates: [{ ...errorRate, warmUp: 300 }] }))).toMatchObject({
      verdict: 'hold',
      reason: 'error-rate: green is still warming up',
    });
  });

  test('says what it would take to decide', () => {
    const analysis = analyse(lookAfter(recording({ minutes: 5, green: () => ({ errors: 2 }) })));

    expect(analysis.gates[0]?.needs).toMatch(
      /^it takes about \d+ errors in one more period, or about \d+ more periods/,
    );
  });

  test('green without a healthy host fails at once, whatever the gates say', () => {
    const periods = recording({ minutes: 1, green: () => ({ healthyHosts: 0 }) });

    expect(analyse(lookAfter(periods))).toMatchObject({ verdict: 'fail', gate: 'healthy-hosts' });
    expect(analyse(lookAfter(recording({ minutes: 1, green: () => healthyMinute(300) })))).toMatchObject({
      verdict: 'hold',
    });
  });
});
