import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { eventually as expectEventually, isRunning } from './eventually.ts';

const parent = path.join(import.meta.dirname, 'fixtures/parent.ts');
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

describe('nothing that was started outlives its parent', () => {
  test.each(['SIGKILL', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const)('a parent that gets %s', async (signal) => {
    const { process: running, family } = await run('waits');

    running.kill(signal);

    await expectEventually('the family is gone', () => !family.some(isRunning));
  });

  test.each([
    ['throws', 1],
    ['exits', 7],
  ])('a parent that %s', async (way, code) => {
    const { ended, family } = await run(way);

    expect(await ended).toEqual({ code, signal: null });
    await expectEventually('the family is gone', () => !family.some(isRunning));
  });

  test('a parent whose launcher is killed', async () => {
    const launcher = await run('waits', ['-e', launch]);

    launcher.process.kill('SIGKILL');

    await expectEventually('the family is gone', () => !launcher.family.some(isRunning));
  });
});

describe('an interrupt', () => {
  test('ends with the code of the signal, after the children', async () => {
    const { process: running, ended, family } = await run('waits');

    running.kill('SIGINT');

    expect(await ended).toEqual({ code: 130, signal: null });
    expect(family.filter(isRunning)).toEqual([]);
  });

  test('that comes twice at once stays polite, a later one does not wait', async () => {
    const { process: running, ended, family, output } = await run('stubborn');

    // Two signals that wait at once are given to it one right after the other, however busy the machine is.
    running.kill('SIGINT');
    running.kill('SIGTERM');
    await expectEventually('it is stopping', () => output().includes('stopping SIG'));
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(isRunning(family[0] ?? 0)).toBe(true);
    running.kill('SIGINT');

    expect(await ended).toEqual({ code: 130, signal: null });
    await expectEventually('the family is gone', () => !family.some(isRunning));
  });
});

const launch = `
  require('node:child_process').spawn(process.execPath, [${JSON.stringify(parent)}, 'waits'], {
    stdio: 'inherit', env: { ...process.env, SLUICE_LAUNCHER_PID: String(process.pid) } });
`;

async function run(way: string, args = [parent, way]) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  await expectEventually(`the family is up: ${output}`, () => /family \d+ \d+\n/.test(output));
  const family = /family (\d+) (\d+)/.exec(output)?.slice(1).map(Number) ?? [];
  return { process: child, ended, family, output: () => output };
}
