import { describe, expect, test } from '@jest/globals';
import { VirtualClock } from './kernel/clock.ts';

const start = Date.parse('2026-03-01T10:00:00.000Z');

describe('virtual time', () => {
  test('goes from timer to timer, in order of time, and of setting within one moment', async () => {
    const clock = new VirtualClock(start);
    const seen: string[] = [];
    const note = (name: string) => () => seen.push(`${name} at ${String(clock.now() - start)}`);
    for (const [name, after] of [
      ['c', 30],
      ['a', 10],
      ['b', 10],
      ['d', 3_600_000],
    ] as const)
      clock.after(after, note(name));

    expect(await clock.run(start + 3_600_000)).toBe(true);
    expect(seen).toEqual(['a at 10', 'b at 10', 'c at 30', 'd at 3600000']);
  });

  test('stops before what is due later, and says so', async () => {
    const clock = new VirtualClock(start);
    clock.after(1000, () => undefined);

    expect(await clock.run(start + 999)).toBe(false);
    expect(clock.now()).toBe(start);
  });

  test('is what a program waits by and asks for the time while it is installed, and not afterwards', async () => {
    const clock = new VirtualClock(start);
    const waited = await clock.installed(async () => {
      const due = new Promise<string>((resolve) =>
        setTimeout(() => {
          resolve(new Date().toISOString());
        }, 90_000),
      );
      const cancelled = setTimeout(() => undefined, 200_000);
      clearTimeout(cancelled);
      await clock.run(start + 86_400_000);
      return due;
    });

    expect(waited).toBe('2026-03-01T10:01:30.000Z');
    expect(Math.abs(Date.now() - start)).toBeGreaterThan(1000);
  });

  test('lets everything that was set off come to rest before it goes on', async () => {
    const clock = new VirtualClock(start);
    const seen: number[] = [];
    clock.after(10, () => {
      void (async () => {
        for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
        seen.push(clock.now() - start);
      })();
    });
    clock.after(11, () => seen.push(-1));
    await clock.run(start + 100);

    expect(seen).toEqual([10, -1]);
  });
});
