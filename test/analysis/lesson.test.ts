import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import {
  differencesOf,
  factorOfSpread,
  type Lesson,
  learnedFrom as learnedOfAll,
  learnedOf,
} from '../../lib/analysis/lesson.ts';
import { isHeldForLessons } from '../../lib/analysis/held-for-lessons.ts';
import { lessonOf } from '../../lib/analysis/lesson-of.ts';
import { backtestGates, type Change, recording, settings } from './minutes.ts';

const taught = (gate: Lesson['gates'][number]): Lesson => ({ gates: [gate], minuteSeconds: 60 });
const learnedFrom = (lessons: readonly Lesson[]) => learnedOfAll(lessons, 60);
const coldFor = (coldMinutes: number) => taught({ gate: 'slow-requests', coldMinutes });
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const differing = (square: number) => taught({ gate: 'error-rate', difference: { square, chance: 0.001 } });

describe('what several healthy rollouts taught', () => {
  test('counts from five on', () => {
    expect(learnedOf(learnedFrom(times(4, coldFor(1))), 'slow-requests')).toBeUndefined();
    expect(learnedOf(learnedFrom(times(5, coldFor(1))), 'slow-requests')).toMatchObject({ coldMinutes: 1 });
  });

  test('changes little by one odd rollout', () => {
    expect(learnedFrom([...times(6, coldFor(1)), coldFor(11)]).gates).toEqual([
      { gate: 'slow-requests', coldMinutes: 1 },
    ]);
    const [steady, odd] = [0, 90].map((square) => learnedFrom([...times(5, differing(0.004)), differing(square)]));
    expect(odd?.gates).toEqual(steady?.gates);
    const powers = [0.9, 0.8, 1, 0.95, 0.001].map((one) => taught({ gate: 'error-rate', exponents: [one] }));
    expect(learnedFrom(powers).gates).toEqual([{ gate: 'error-rate', exponents: [0.9] }]);
  });

  test('is what the newest twenty say', () => {
    expect(learnedFrom([...times(20, coldFor(0)), ...times(20, coldFor(9))])).toEqual({
      rollouts: 20,
      gates: [{ gate: 'slow-requests', coldMinutes: 0 }],
    });
  });

  test('leaves out lessons of minutes of another length, and those that do not say it', () => {
    const [{ minuteSeconds: _, ...old }, other] = [coldFor(9), { ...coldFor(9), minuteSeconds: 300 }];
    const all = [...times(5, coldFor(1)), ...times(20, other), ...times(20, old)];

    expect(learnedFrom(all)).toEqual({ rollouts: 5, gates: [{ gate: 'slow-requests', coldMinutes: 1 }] });
    expect(learnedOfAll(all, 300)).toMatchObject({ rollouts: 20, gates: [{ coldMinutes: 9 }] });
  });

  test('what chance explains is no difference between slots, and few requests make more of one', () => {
    const chance = learnedFrom(times(5, taught({ gate: 'error-rate', difference: { square: 0.001, chance: 0.003 } })));
    expect(factorOfSpread(chance, 'error-rate', 5)).toBe(1);
    const learned = learnedFrom(times(5, differing(0.01)));
    expect(factorOfSpread(learned, 'error-rate', 5)).toBeGreaterThan(factorOfSpread(learned, 'error-rate', 50));
    expect(factorOfSpread(learned, 'error-rate', 100)).toBe(1);
  });
});

/** Slow for some minutes at each weight. */
const coldFirst =
  (minutes: number): Change =>
  (minute) =>
    minute % 30 < minutes ? { slow: 40, latencyP95: 2.4 } : {};
const steps = { minutes: 60, weightAt: (minute: number) => (minute < 30 ? 5 : 25) };

describe('the lesson of a rollout', () => {
  test('says for how long green was cold', () => {
    const lessons = [0, 2].map((minutes) =>
      lessonOf({ ...settings, gates: backtestGates, periods: recording({ ...steps, green: coldFirst(minutes) }) }),
    );

    expect(lessons.map(({ gates }) => gates.map(({ gate, coldMinutes }) => [gate, coldMinutes]))).toEqual([
      [
        ['error-rate', undefined],
        ['slow-requests', 0],
        ['latency-p95', 0],
      ],
      [
        ['error-rate', undefined],
        ['slow-requests', 2],
        ['latency-p95', 2],
      ],
    ]);
  });

  test('says in minutes of what length it was measured', () => {
    const periods = recording(steps);
    const of = (more: object) => lessonOf({ ...settings, gates: backtestGates, periods, ...more }).minuteSeconds;

    expect([of({}), of({ clumps: 300 })]).toEqual([60, 300]);
  });

  test('says nothing of the difference where clients change sides', () => {
    const periods = recording({ ...steps, traffic: 60_000 });
    const of = (sticky: boolean) => lessonOf({ ...settings, gates: backtestGates, periods, sticky });

    expect(of(false).gates.flatMap(({ difference }) => difference ?? [])).toEqual([]);
    expect(differencesOf(of(false))).toBeUndefined();
    expect(differencesOf(of(true))?.gates.map((gate) => Object.keys(gate))).toContainEqual(['gate', 'difference']);
    expect(of(false).gates.map(({ exponents }) => exponents)).toEqual(of(true).gates.map(({ exponents }) => exponents));
  });

  test('says how much the slots differed, beyond what chance explains', () => {
    const twice: Change = (_, weight) => ({ errors: 2 * Math.round((600 * weight) / 500) });
    const [same, other] = [undefined, twice].map((green) =>
      lessonOf({
        ...settings,
        gates: backtestGates,
        sticky: true,
        periods: recording({ ...steps, traffic: 60_000, ...(green && { green }) }),
      }),
    );
    const of = (lesson: Lesson | undefined) => lesson?.gates[0]?.difference;

    expect(of(same)?.square).toBeLessThan(of(same)?.chance ?? 0);
    expect(of(other)?.square).toBeGreaterThan(5 * (of(other)?.chance ?? 1));
  });
});

describe('gates that learned', () => {
  const periods = recording({ minutes: 12, green: (_, weight) => ({ errors: Math.round(60 * weight * 0.03) }) });
  const step = { startedAt: 0, endsAt: 900, weight: 5 };
  const look = (more: object) => analyse({ ...settings, gates: backtestGates, periods, step, ...more });

  test('on sticky rules a breach of the comparison alone holds and asks, until the spread is known', () => {
    expect(look({})).toMatchObject({ verdict: 'fail', gate: 'error-rate' });
    expect(look({ sticky: true })).toMatchObject({ verdict: 'hold', gate: 'error-rate', afterHold: 'ask' });
    const given = { ...settings, gates: backtestGates };
    expect(isHeldForLessons(look({ sticky: true }), { ...given, sticky: true })).toBe(true);
    expect(isHeldForLessons(look({ sticky: true }), given)).toBe(false);
    expect(isHeldForLessons({ ...look({ sticky: true }), reason: 'an alarm' }, { ...given, sticky: true })).toBe(false);
    expect(look({ sticky: true }).reason).toContain('fewer than 5 healthy rollouts say by how much (0 so far)');
    const learned = learnedFrom(times(5, differing(0.001)));
    expect(look({ sticky: true, learned })).toMatchObject({ verdict: 'fail', gate: 'error-rate' });
    expect(look({ sticky: true, learned: learnedFrom(times(5, differing(0.1))) })).not.toMatchObject({
      verdict: 'fail',
    });
  });

  const worse: readonly (readonly [string, Change])[] = [
    ['error-rate', (_, weight) => ({ errors: Math.round(60 * weight * 0.03) })],
    ['latency-p95', () => ({ latencyP95: 2.4 })],
  ];

  test.each(worse)(
    'on sticky rules %s asks about what clients seldom explain, and fails what they hardly explain',
    (gate, green) => {
      const minutes = recording({ minutes: 12, green });
      const gates = backtestGates.filter(({ name }) => name === gate);
      const found = Array.from({ length: 45 }, (_, index) => {
        const lesson = taught({ gate, difference: { square: 0.0002 * 1.15 ** index, chance: 0.0002 } });
        return look({ gates, periods: minutes, sticky: true, learned: learnedFrom(times(5, lesson)) });
      });
      const kinds = found.map(({ verdict, afterHold = 'none' }) => (verdict === 'fail' ? verdict : afterHold));

      // The more clients make the slots differ, the less it says of green.
      expect(kinds.filter((kind, index) => kind !== kinds[index - 1]).slice(0, 2)).toEqual(['fail', 'ask']);
      expect(kinds.lastIndexOf('fail')).toBeLessThan(kinds.indexOf('ask'));
      expect(found[kinds.indexOf('ask')]?.reason).toContain('by what 5 healthy rollouts showed, one may look so');
    },
  );

  test('on sticky rules a limit still acts', () => {
    const failing = recording({ minutes: 3, green: (_, weight) => ({ errors: 60 * weight * 0.5 }) });

    expect(analyse({ ...settings, gates: backtestGates, periods: failing, step, sticky: true })).toMatchObject({
      verdict: 'fail',
      gate: 'error-rate',
    });
  });

  test('a service that is never cold is judged sooner, unless the spec says otherwise', () => {
    const slow = recording({ minutes: 3, green: (_, weight) => ({ slow: Math.round(60 * weight * 0.2) }) });
    const learned = learnedFrom(times(5, coldFor(0)));
    const at = (gates: typeof backtestGates, more: object) =>
      analyse({ ...settings, gates, periods: slow, step, ...more }).verdict;

    expect(at(backtestGates, {})).toBe('hold');
    expect(at(backtestGates, { learned })).toBe('fail');
    expect(
      at(
        backtestGates.map((gate) => ({ ...gate, warmUp: 180 })),
        { learned },
      ),
    ).toBe('hold');
  });

  test('clumps that earlier rollouts had count where this one has seen none', () => {
    const learned = learnedFrom(times(5, taught({ gate: 'error-rate', exponents: times(7, 0.05) })));

    expect(look({ learned }).verdict).not.toBe('fail');
  });
});

describe('the difference between slots that a rollout taught', () => {
  /** Green is so many times as bad as blue, or as slow, at one weight for so many minutes. */
  function differenceAt(weight: number, { times: ratio = 1, minutes = 60, swing = 1 } = {}) {
    const periods = recording({
      minutes,
      weightAt: () => weight,
      traffic: 1_000_000,
      blue: () => ({ errors: 10_000 - 100 * weight, latencyP95: 1.2 }),
      green: (minute) => ({
        errors: 100 * weight * ratio,
        latencyP95: 1.2 * ratio * swing ** ((minute % 3) - 1),
      }),
    });
    const { gates } = lessonOf({ ...settings, gates: backtestGates, periods, sticky: true });
    const of = (name: string) => gates.find(({ gate }) => gate === name)?.difference;
    return { errors: of('error-rate'), latency: of('latency-p95') };
  }

  // Clients that stay on one side make a side of few of them vary more: by 1 / part + 1 / (1 - part).
  test.each([
    [5, 1 / 0.05 + 1 / 0.95],
    [25, 1 / 0.25 + 1 / 0.75],
    [50, 4],
  ])('at %d %% is told by the clients of both sides', (weight, exposure) => {
    for (const ratio of [0.5, 2]) {
      const { errors, latency } = differenceAt(weight, { times: ratio });
      expect(Math.sqrt((latency?.square ?? 0) * exposure)).toBeCloseTo(Math.LN2, 3);
      expect(Math.sqrt((errors?.square ?? 0) * exposure)).toBeCloseTo(Math.LN2, 1);
    }
  });

  test('is told with what chance explains, which is less the longer it was measured', () => {
    const [short, long] = [20, 80].map((minutes) => differenceAt(50, { minutes, swing: 1.1 }).latency?.chance ?? 0);
    const settled = [17, 77];

    // The median of values that are 10 % up, as they are, and 10 % down in turn varies by 1.57 times their variance, over their number.
    for (const [index, chance] of [short, long].entries())
      expect(((chance ?? 0) * 4 * (settled[index] ?? 0)) / (1.57 * Math.log(1.1) ** 2)).toBeCloseTo(2 / 3, 1);
    expect((short ?? 0) / (long ?? 1)).toBeGreaterThan(3.5);
    expect(differenceAt(50).latency?.chance).toBe(0);
  });

  test('is none of 100 %, where blue has no traffic', () => {
    expect(differenceAt(100)).toEqual({ errors: undefined, latency: undefined });
  });
});

describe('the cold start that a rollout taught', () => {
  /** Minutes of the step in which green was slow. */
  function coldMinutes(isSlow: (minute: number) => boolean, traffic = 6000) {
    const green: Change = (minute) => (isSlow(minute) ? { slow: (traffic / 20) * 0.13, latencyP95: 2.4 } : {});
    const periods = recording({ minutes: 40, green, traffic });
    const { gates } = lessonOf({ ...settings, gates: backtestGates, periods });
    return gates.filter(({ gate }) => gate !== 'error-rate').map((gate) => gate.coldMinutes);
  }

  test('goes on over one warm minute, and ends with two', () => {
    expect(coldMinutes((minute) => [0, 2, 4].includes(minute))).toEqual([5, 5]);
    expect(coldMinutes((minute) => [0, 1, 4].includes(minute))).toEqual([2, 2]);
    expect(coldMinutes((minute) => minute === 2)).toEqual([0, 0]);
  });

  test('lasts four warm-ups at most', () => {
    expect(coldMinutes((minute) => minute < 12)).toEqual([12, 12]);
    expect(coldMinutes((minute) => minute < 14)).toEqual([12, 12]);
  });

  test('is not known where the first minute had too few requests', () => {
    expect(coldMinutes((minute) => minute < 2, 980)).toEqual([undefined, undefined]);
  });
});
