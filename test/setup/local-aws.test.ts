import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Clone, type FakePython } from './clone.ts';

let clone: Clone;

beforeEach(async () => {
  clone = await Clone.make();
  await clone.installByHand('1.0.0');
});

afterEach(() => clone.remove());

const leftovers = () => readdirSync(clone.path('.sluice')).filter((name) => name.startsWith('venv'));

describe('the environment of the local AWS', () => {
  test('is built once from hash-checked requirements, and then nothing is said', async () => {
    await clone.python('python3', { version: '3.10.0' });
    const first = await clone.setUp('--emulator');
    const second = await clone.setUp('--emulator');

    expect(first).toEqual({ code: 0, signal: null, output: 'Installing the local AWS (once)…\n' });
    expect(second).toEqual({ code: 0, signal: null, output: '' });
    expect(await clone.asked()).toEqual([expect.stringMatching(/^pip install --require-hashes --no-deps /)]);
    expect(leftovers()).toEqual(['venv']);
  });

  test('is built again after the requirements have changed', async () => {
    await clone.python('python3', { version: '3.12.1' });
    await clone.setUp('--emulator');
    await clone.write('local/python/requirements.txt', 'emulator==2');
    await clone.setUp('--emulator');

    expect(await clone.asked()).toHaveLength(2);
    expect(leftovers()).toEqual(['venv']);
  });

  test('is left as it was where its successor cannot be installed', async () => {
    await clone.python('python3', { version: '3.12.1' });
    await clone.setUp('--emulator');
    await clone.write('local/python/requirements.txt', 'emulator==2');
    await clone.python('python3', { version: '3.12.1', pip: 'fails' });
    const failed = await clone.setUp('--emulator');

    expect(failed.code).toBe(1);
    expect(failed.output).toMatch(/Installing the local AWS failed: python ended with code 1\. Check the network/);
    expect(failed.output).toContain('THESE PACKAGES DO NOT MATCH THE HASHES');
    expect(leftovers()).toEqual(['venv']);
  });

  test('leaves nothing half done where it cannot be installed', async () => {
    await clone.python('python3', { version: '3.12.1', pip: 'fails' });
    await clone.setUp('--emulator');

    expect(leftovers()).toEqual([]);
  });
});

describe('Python', () => {
  const advice = (what: string) => `: install ${what}, then run the command again.\n`;
  const needs = 'sluice: the local AWS needs Python 3.10 or newer with venv and ensurepip, but ';

  test.each<[string, Record<string, FakePython>, string]>([
    ['missing', {}, `${needs}no python3 is on the PATH${advice('Python')}`],
    [
      'too old',
      { python3: { version: '3.9.18' } },
      `${needs}python3 is Python 3.9.18, older than 3.10${advice('Python')}`,
    ],
    [
      'without the modules that make environments',
      { python3: { version: '3.11.2', complete: false } },
      `${needs}python3 (Python 3.11.2) lacks the modules venv and ensurepip${advice('python3-venv (Debian, Ubuntu) or a complete Python')}`,
    ],
  ])('that is %s is missed in one sentence, and nothing is built', async (_, pythons, sentence) => {
    for (const [name, python] of Object.entries(pythons)) await clone.python(name, python);

    expect(await clone.setUp('--emulator')).toEqual({ code: 1, signal: null, output: sentence });
    expect(existsSync(clone.path('.sluice/venv'))).toBe(false);
  });

  test.each<[string, Record<string, FakePython>]>([
    ['too old', { python3: { version: '3.8.2' }, 'python3.11': { version: '3.11.9' } }],
    ['incomplete', { 'python3.13': { version: '3.13.0', complete: false }, python: { version: '3.12.0' } }],
  ])('that is %s gives way to another one on the PATH', async (_, pythons) => {
    for (const [name, python] of Object.entries(pythons)) await clone.python(name, python);

    expect((await clone.setUp('--emulator')).code).toBe(0);
  });
});
