/* eslint-disable jest/no-export -- one suite, run on every implementation of the port */
import { describe, expect, test } from '@jest/globals';
import type { Schedules } from '../../lib/ports/schedules.ts';

export interface SchedulesUnderTest {
  readonly schedules: Schedules;
  /** What is set under a name: when it fires, to the second, and with what. */
  readonly pending: (schedule: string) => Promise<{ readonly at: string; readonly input: unknown } | undefined>;
}

/** What every implementation of the port must do. */
export function schedulesContract(name: string, underTest: () => SchedulesUnderTest): void {
  describe(`${name} keep the contract`, () => {
    const far = new Date('2099-01-01T00:00:00.000Z');
    const input = { rolloutId: 'web-1', reason: 'it said "no"' };

    test('sets a schedule with its moment and its input', async () => {
      const { schedules, pending } = underTest();
      await schedules.put({ name: 'web-1-guard', at: far, input });

      expect(await pending('web-1-guard')).toEqual({ at: '2099-01-01T00:00:00', input });
    });

    test('rounds a fraction of a second up: no deadline comes early', async () => {
      const { schedules, pending } = underTest();
      await schedules.put({ name: 'web-2-guard', at: new Date(far.getTime() + 1), input });

      expect(await pending('web-2-guard')).toMatchObject({ at: '2099-01-01T00:00:01' });
    });

    test('moves the one of that name, back and forth, and no other', async () => {
      const { schedules, pending } = underTest();
      await schedules.put({ name: 'web-3-limit', at: far, input });
      for (const seconds of [60, 120, 30]) {
        await schedules.put({ name: 'web-3-guard', at: new Date(far.getTime() + seconds * 1000), input: { seconds } });
      }

      expect(await pending('web-3-guard')).toEqual({ at: '2099-01-01T00:00:30', input: { seconds: 30 } });
      expect(await pending('web-3-limit')).toEqual({ at: '2099-01-01T00:00:00', input });
    });

    test('the same again changes nothing', async () => {
      const { schedules, pending } = underTest();
      const schedule = { name: 'web-4-guard', at: far, input };
      await schedules.put(schedule);
      await schedules.put(schedule);

      expect(await pending('web-4-guard')).toEqual({ at: '2099-01-01T00:00:00', input });
    });

    test('takes one away, and one that is not there too', async () => {
      const { schedules, pending } = underTest();
      await schedules.put({ name: 'web-5-guard', at: far, input });
      await schedules.remove('web-5-guard');
      await schedules.remove('web-5-guard');
      await schedules.remove('web-never');

      expect(await pending('web-5-guard')).toBeUndefined();
    });

    test('sets one again that was taken away', async () => {
      const { schedules, pending } = underTest();
      await schedules.put({ name: 'web-6-guard', at: far, input });
      await schedules.remove('web-6-guard');
      await schedules.put({ name: 'web-6-guard', at: far, input });

      expect(await pending('web-6-guard')).toEqual({ at: '2099-01-01T00:00:00', input });
    });

    test('two who set the same name at once both succeed', async () => {
      const { schedules, pending } = underTest();
      const schedule = { name: 'web-7-guard', at: far, input };
      await Promise.all([schedules.put(schedule), schedules.put(schedule), schedules.put(schedule)]);

      expect(await pending('web-7-guard')).toEqual({ at: '2099-01-01T00:00:00', input });
    });
  });
}
