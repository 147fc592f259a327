import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Clone } from './clone.ts';

let clone: Clone;

beforeEach(async () => {
  clone = await Clone.make();
});

afterEach(() => clone.remove());

describe('dependencies', () => {
  test('are installed once, development dependencies included, and then nothing is said', async () => {
    const first = await clone.setUp();
    const second = await clone.setUp();

    expect(first).toEqual({ code: 0, signal: null, output: 'Installing dependencies (once)…\n' });
    expect(second).toEqual({ code: 0, signal: null, output: '' });
    expect(await clone.asked()).toEqual([expect.stringMatching(/^npm \d+ ci --include=dev --include=optional /)]);
  });

  test('are installed again after the lockfile has changed', async () => {
    await clone.setUp();
    await clone.lock('1.0.1');
    await clone.setUp();

    expect(await clone.asked()).toHaveLength(2);
  });

  test('that npm installed by hand from this lockfile are taken as they are', async () => {
    await clone.installByHand('1.0.0');

    expect(await clone.setUp()).toMatchObject({ code: 0, output: '' });
    expect(await clone.asked()).toEqual([]);
  });

  test.each([
    ['another lockfile', '0.9.0', {}],
    ['this lockfile without development dependencies', '1.0.0', { dev: false }],
  ])('that npm installed by hand from %s are installed anew', async (_, version, how) => {
    await clone.installByHand(version, how);
    await clone.setUp();

    expect(await clone.asked()).toHaveLength(1);
  });

  test('that cannot be installed end the set-up with what npm says of it, and the next one tries again', async () => {
    await clone.npm('fails');
    const failed = await clone.setUp();
    await clone.npm('installs');
    const second = await clone.setUp();

    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(
      /sluice: Installing the dependencies failed: npm ended with code 1\. Check the network/,
    );
    expect(failed.output).toMatch(/npm\.log:\n {2}npm error the registry is asleep\n$/);
    expect(second.code).toBe(0);
    expect(await clone.asked()).toHaveLength(2);
  });

  test('do not need Python', async () => {
    await clone.setUp();

    expect(existsSync(clone.path('.sluice/venv'))).toBe(false);
  });
});

describe('Node', () => {
  const pretend = (version: string) =>
    `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'${version}'}})`;

  test('older than 20 is refused before anything is touched', async () => {
    const { ended } = clone.start(['--import', pretend('18.20.0'), 'scripts/setup.mjs']);

    expect(await ended).toEqual({
      code: 1,
      signal: null,
      output: 'sluice: Node 18.20.0 is too old: install Node 20 or newer, then run the command again.\n',
    });
    expect(existsSync(clone.path('node_modules'))).toBe(false);
  });

  test('24 that did not come with the dependencies is missed in one sentence', async () => {
    const { ended } = clone.start(['--import', pretend('20.1.0'), 'scripts/setup.mjs']);

    expect(await ended).toMatchObject({
      code: 1,
      output: expect.stringMatching(
        /^Installing dependencies \(once\)…\nsluice: no Node 24 for \S+ came with the dependencies .*, then run the command again\.\n$/,
      ),
    });
  });
});
