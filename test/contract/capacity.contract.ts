/* eslint-disable jest/no-export -- one suite, run on every capacity port */
import { describe, expect, test } from '@jest/globals';
import type { Capacity } from '../../lib/drivers/capacity.ts';

export interface CapacityUnderTest {
  readonly capacity: Capacity;
  readonly cluster: string;
  /** A service with two tasks that is scaled between 1 and 6, by the requests for each target. */
  readonly scaled: string;
  /** A service that nothing scales. */
  readonly fixed: string;
  readonly countOf: (service: string) => Promise<number>;
}

/** What every capacity port must do, AWS's and the model's. */
export function capacityContract(name: string, under: () => CapacityUnderTest): void {
  const free = { scaleIn: false, scaleOut: false, scheduled: false };

  describe(`${name} as a capacity port`, () => {
    test('tells how a service scales, and that nothing scales another', async () => {
      const { capacity, cluster, scaled, fixed } = under();

      expect(await capacity.autoscalingOf({ cluster, service: scaled })).toEqual({ min: 1, max: 6, suspended: free });
      expect(await capacity.autoscalingOf({ cluster, service: fixed })).toBeUndefined();
      expect(await capacity.scalesBy({ cluster, service: scaled })).toEqual(['ALBRequestCountPerTarget']);
      expect(await capacity.scalesBy({ cluster, service: fixed })).toEqual([]);
    });

    test('replaces limits and suspensions as a whole, and what was found can be put back', async () => {
      const { capacity, cluster, scaled } = under();
      const found = await capacity.autoscalingOf({ cluster, service: scaled });
      const held = { min: 2, max: 8, suspended: { scaleIn: true, scaleOut: false, scheduled: true } };

      await capacity.setAutoscaling({ cluster, service: scaled }, held);
      expect(await capacity.autoscalingOf({ cluster, service: scaled })).toEqual(held);

      if (found !== undefined) await capacity.setAutoscaling({ cluster, service: scaled }, found);
      expect(await capacity.autoscalingOf({ cluster, service: scaled })).toEqual(found);
      expect(await capacity.scalesBy({ cluster, service: scaled })).toEqual(['ALBRequestCountPerTarget']);
    });

    test('puts the count within the limits, whatever is suspended', async () => {
      const { capacity, cluster, scaled, countOf } = under();
      const suspended = { scaleIn: true, scaleOut: true, scheduled: true };

      await capacity.setAutoscaling({ cluster, service: scaled }, { min: 3, max: 6, suspended });
      expect(await countOf(scaled)).toBe(3);

      await capacity.setAutoscaling({ cluster, service: scaled }, { min: 0, max: 2, suspended });
      expect(await countOf(scaled)).toBe(2);

      await capacity.setAutoscaling({ cluster, service: scaled }, { min: 1, max: 6, suspended: free });
      expect(await countOf(scaled)).toBe(2);
    });

    test('leaves a service alone that nothing scales', async () => {
      const { capacity, cluster, fixed, countOf } = under();
      const before = await countOf(fixed);

      await capacity.setAutoscaling({ cluster, service: fixed }, { min: before + 1, max: before + 2, suspended: free });

      expect(await capacity.autoscalingOf({ cluster, service: fixed })).toBeUndefined();
      expect(await countOf(fixed)).toBe(before);
    });
  });
}
