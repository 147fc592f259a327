import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Clone } from './clone.ts';
import { eventually as expectEventually, isRunning } from './eventually.ts';

let clone: Clone;

beforeEach(async () => {
  clone = await Clone.make();
});

afterEach(() => clone.remove());

const npmPid = async () => Number((await clone.asked())[0]?.split(' ')[1] ?? 0);

describe('two set-ups of one clone', () => {
  test('that start at once install once', async () => {
    const runs = await Promise.all([clone.setUp(), clone.setUp(), clone.setUp(), clone.setUp()]);

    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(await clone.asked()).toHaveLength(1);
  });

  test('wait for each other and say so', async () => {
    await clone.npm('hangs');
    const first = clone.start(['scripts/setup.mjs']);
    await expectEventually('npm runs', async () => (await npmPid()) > 0);
    const second = clone.start(['scripts/setup.mjs']);
    await expectEventually('the second waits', () => second.output() !== '');
    await clone.write('../go-on', '');

    expect((await first.ended).code).toBe(0);
    expect(await second.ended).toEqual({
      code: 0,
      signal: null,
      output: `Another set-up of this clone is running (process ${String(first.child.pid)}), waiting for it…\n`,
    });
    expect(await clone.asked()).toHaveLength(1);
  });

  test('the lock of one that was killed is taken over, but not while its npm still works', async () => {
    await clone.npm('hangs');
    const first = clone.start(['scripts/setup.mjs']);
    await expectEventually('npm runs', async () => (await npmPid()) > 0);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = clone.start(['scripts/setup.mjs']);
    await expectEventually('the second waits', () => second.output().startsWith('Another set-up'));
    expect(isRunning(await npmPid())).toBe(true);
    await clone.write('../go-on', '');

    expect((await second.ended).code).toBe(0);
    expect(await clone.asked()).toHaveLength(1);
  });

  test.each([
    ['of a process that is gone', '{"pid":2147483646}'],
    ['of a process that only has the number of another', `{"pid":${String(process.pid)},"started":"1"}`],
    ['that cannot be read', '{"pid":'],
  ])('a lock %s is taken over', async (_, lock) => {
    await clone.write('.sluice/setup.lock.7', lock);

    expect(await clone.setUp()).toMatchObject({ code: 0, output: 'Installing dependencies (once)…\n' });
  });
});

describe('an interrupted set-up', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that gets %s takes npm with it, and the next one starts anew', async (signal, code) => {
    await clone.npm('hangs');
    const { child, ended } = clone.start(['scripts/setup.mjs']);
    await expectEventually('npm runs', async () => (await npmPid()) > 0);
    child.kill(signal);

    expect((await ended).code).toBe(code);
    expect(isRunning(await npmPid())).toBe(false);
    await clone.npm('installs');
    expect(await clone.setUp()).toMatchObject({ code: 0, output: 'Installing dependencies (once)…\n' });
  });
});
