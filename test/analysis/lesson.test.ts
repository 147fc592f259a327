import { describe, expect, test } from '@jest/globals';
import { analyse } from '../../lib/analysis/analyse.ts';
import { factorOfSpread, type Lesson, learnedFrom, learnedOf } from '../../lib/analysis/lesson.ts';
import { lessonOf } from '../../lib/analysis/lesson-of.ts';
import { backtestGates, type Change, recording, settings } from './minutes.ts';

const taught = (gate: Lesson['gates'][number]): Lesson => ({ gates: [gate] });
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

  test('what chance explains is no difference between slots, and few requests make more of one', () => {
    const chance = learnedFrom(times(5, taught({ gate: 'error-rate', difference: { square: 0.002, chance: 0.003 } })));
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

  test('says how much the slots differed, beyond what chance explains', () => {
    const twice: Change = (_, weight) => ({ errors: 2 * Math.round((600 * weight) / 500) });
    const [same, other] = [undefined, twice].map((green) =>
      lessonOf({
        ...settings,
        gates: backtestGates,
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
    expect(look({ sticky: true }).reason).toContain('fewer than 5 healthy rollouts say by how much (0 so far)');
    const learned = learnedFrom(times(5, differing(0.001)));
    expect(look({ sticky: true, learned })).toMatchObject({ verdict: 'fail', gate: 'error-rate' });
    expect(look({ sticky: true, learned: learnedFrom(times(5, differing(0.1))) })).not.toMatchObject({
      verdict: 'fail',
    });
  });

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
