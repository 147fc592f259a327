import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { scenarios } from '../../local/chaos/scenarios.ts';
import type { ScenarioReport } from '../../local/chaos/report.ts';

const program = path.resolve(import.meta.dirname, '../../local/chaos/main.ts');

/** `npm run chaos -- --json`, once for all tests of this file. */
function runChaos() {
  const child = spawn(process.execPath, [program, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, told] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const ended = new Promise<{ code: number | null; stdout: string; told: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, told });
    });
  });
  return { child, ended };
}

let chaos: ReturnType<typeof runChaos>;
let reports: readonly ScenarioReport[] = [];
let told = '';

beforeAll(async () => {
  chaos = runChaos();
  const { stdout, told: stderr } = await chaos.ended;
  told = stderr;
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (last.startsWith('{')) ({ scenarios: reports } = JSON.parse(last) as { scenarios: readonly ScenarioReport[] });
}, 2_600_000);

afterAll(() => {
  if (chaos.child.exitCode === null) chaos.child.kill('SIGTERM');
});

describe('chaos on the deployed stack', () => {
  test.each(scenarios.map(({ name, what }) => [name, what] as const))('%s: %s', (name) => {
    const report = reports.find((one) => one.name === name);

    if (report === undefined) throw new Error(`${name} was not run:\n${told}`);
    expect({ ended: report.ended, problem: report.problem }).toEqual({
      ended: expect.stringMatching(/^(RolledBack|Succeeded)$/),
      problem: undefined,
    });
  });
});
