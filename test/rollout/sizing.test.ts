import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { greenCount } from '../../lib/rollout/sizing.ts';

const ahead = { sizing: 'ahead', headroom: 1.25, minimum: 2 } as const;

describe('the tasks that green needs', () => {
  test.each([
    [5, 10, 2],
    [25, 10, 4],
    [50, 10, 7],
    [99, 10, 10],
    [100, 10, 10],
    [25, 40, 13],
    [50, 3, 2],
    [5, 1, 1],
    [100, 1, 1],
  ])('at %s %% of a blue of %s are %s', (weight, blue, count) => {
    expect(greenCount(ahead, weight, blue)).toBe(count);
  });

  test('are not one more for what is only a digit of the arithmetic', () => {
    expect(greenCount({ ...ahead, headroom: 1.1 }, 70, 100)).toBe(77);
  });

  test('are all of blue from the start where the spec says so', () => {
    expect(greenCount({ ...ahead, sizing: 'full' }, 1, 10)).toBe(10);
  });

  test('are at least one, also where blue has none left', () => {
    expect(greenCount(ahead, 50, 0)).toBe(1);
  });

  test('never fall from one step to the next, and never exceed blue', () => {
    const settings = fc.record({
      sizing: fc.constantFrom('ahead' as const, 'full' as const),
      headroom: fc.double({ min: 1, max: 10, noNaN: true }),
      minimum: fc.integer({ min: 1, max: 1000 }),
    });
    const weights = fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }));

    fc.assert(
      fc.property(settings, weights, fc.integer({ min: 1, max: 1000 }), (given, [one, other], blue) => {
        const lesser = greenCount(given, Math.min(one, other), blue);
        const greater = greenCount(given, Math.max(one, other), blue);
        expect(lesser).toBeLessThanOrEqual(greater);
        expect(greater).toBeLessThanOrEqual(blue);
        expect(lesser).toBeGreaterThanOrEqual(Math.min(blue, given.minimum));
        expect(lesser * 100).toBeGreaterThanOrEqual(Math.floor(blue * Math.min(one, other) * (1 - 1e-9)));
      }),
    );
  });
});
