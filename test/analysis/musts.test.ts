import { describe, expect, test } from '@jest/globals';
import type { Measured, MeasuredShape } from '../../bench/analysis/measure.ts';
import { mustsOf, priceMusts } from '../../bench/analysis/musts.ts';
import { readOwn } from '../../bench/analysis/own.ts';
import { experiencedName, mannWhitneyName, oracleName, ours } from '../../bench/analysis/report.ts';
import { type Shape, shape } from '../../bench/analysis/shape-of.ts';
import { shapes } from '../../bench/analysis/shapes.ts';
import { upperLimit } from '../../bench/analysis/upper-limit.ts';

/** What each judge did with a kind: what is not said is as with a perfect one. */
function measured(kind: Shape, own: Partial<Measured>, others: Partial<Measured> = {}): MeasuredShape {
  const one = (judge: string, change: Partial<Measured>): Measured => {
    const rolledBack = kind.healthy ? 0 : 1;
    const base = { judge, rolledBack, held: 0, promoted: 1 - rolledBack, minutes: 5, atFirst: 1, milliseconds: 1 };
    return { ...base, badResponses: 100, badSinceBegin: 100, ...change };
  };
  const names = [experiencedName, mannWhitneyName, oracleName];
  return { shape: kind, judges: [one(ours, own), ...names.map((name) => one(name, others))] };
}

const row = (list: readonly MeasuredShape[], start: string, runs = 1000) =>
  mustsOf(list, runs).find(({ what }) => what.startsWith(start));
const large = { healthy: false, isLarge: true };

describe('what must hold of the benchmark', () => {
  test('false alarms are judged in the worst shape, which is named', () => {
    const good = [measured(shape('calm'), {}), measured(shape('waves'), { rolledBack: 0.01 })];
    const bad = [...good, measured(shape('storms'), { rolledBack: 0.02 })];
    const what = 'false alarms, healthy shapes, real ones included';

    expect(row(good, what)).toMatchObject({ holds: true, found: expect.stringContaining('1 % at worst (waves)') });
    expect(row(bad, what)).toMatchObject({ holds: false, found: expect.stringContaining('1 of 3 shapes beyond 1 %') });
  });

  test('few rollouts do not prove a small share', () => {
    expect(row([measured(shape('calm'), {})], 'false alarms', 100)).toMatchObject({ holds: false });
    expect(row([measured(shape('calm'), {})], 'false alarms', 200)).toMatchObject({ holds: true });
  });

  test('on sticky shapes with an empty record a hold is no alarm, and a rollback is', () => {
    const sticky = shape('clients', { sticky: true });

    expect(row([measured(sticky, { held: 0.1 })], 'sticky shapes')).toMatchObject({ holds: true });
    expect(row([measured(sticky, { rolledBack: 0.001 })], 'sticky shapes')).toMatchObject({ holds: false });
  });

  test('misses are named, and a held regression is found on sticky shapes alone', () => {
    const held = { rolledBack: 0, held: 1 };
    const missed = row([measured(shape('3x', large), held), measured(shape('10x', large), {})], 'missed');

    expect(missed).toMatchObject({ holds: false, found: expect.stringMatching(/; 3x$/) });
    expect(row([measured(shape('3x', { ...large, sticky: true }), held)], 'missed')).toMatchObject({ holds: true });
  });

  test('bad responses are a geometric mean of parts', () => {
    const list = [10, 1].map((badResponses) => measured(shape('3x', large), { badResponses }));
    const [first] = mustsOf(list, 200).filter(({ what }) => what.startsWith('bad responses'));

    expect(first).toMatchObject({ holds: true, found: expect.stringMatching(/^0\.032;/) });
  });

  test('the default spec costs what it may', async () => {
    const { dollars } = await readOwn();

    expect(dollars).toBeLessThanOrEqual(0.025);
    const speed = { evaluationMs: 6, backtested: 100, backtestSeconds: 1, dollars: 0.03 };
    expect(priceMusts(speed).map(({ holds }) => holds)).toEqual([false, true, false]);
  });

  test('nothing held out is in a mean that was tuned on', () => {
    const heldOut = shapes.filter(({ isHeldOut }) => isHeldOut);

    expect(heldOut.length).toBeGreaterThan(8);
    expect(heldOut.filter(({ isInMeans }) => isInMeans)).toEqual([]);
  });
});

describe('the upper limit of a share', () => {
  test.each([1, 50, 200, 1000])('is 1 - 0.05^(1/n) where none of %d was seen', (n) => {
    expect(upperLimit(0, n)).toBeCloseTo(1 - 0.05 ** (1 / n), 9);
  });

  test('grows with what was seen, and ends at one', () => {
    expect(upperLimit(2, 200)).toBeGreaterThan(upperLimit(1, 200));
    expect(upperLimit(5, 5)).toBe(1);
  });
});
