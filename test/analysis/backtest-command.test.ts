import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backtestLine } from '../../lib/analysis/backtest-lines.ts';
import type { PeriodOfBoth } from '../../lib/analysis/datapoint.ts';
import { processContext } from '../../lib/cli/process-context.ts';
import { runProgram } from '../../lib/cli/program.ts';
import { defaultWeight, recording } from './minutes.ts';

const spec = fileURLToPath(new URL('../../examples/backtest.yml', import.meta.url));
const real = processContext();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backtest-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function backtest(lines: readonly string[], ...options: readonly string[]) {
  const file = join(folder, 'minutes.jsonl');
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
  return run('backtest', spec, file, ...options);
}

async function run(...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  // An error of the file system is none of this realm's own, which only matters under jest.
  const readFile = async (path: string) =>
    real.readFile(path).catch((error: unknown) => Promise.reject(Object.assign(new Error(), error)));
  const world = { ...real, readFile, out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  const code = await runProgram(args, world, { version: '0.0.0' });
  return { code, out, err: err.join('\n').replaceAll(`${folder}/`, '') };
}

function linesOf(rollout: string, periods: readonly PeriodOfBoth[]): readonly string[] {
  return periods.map((period) => backtestLine(rollout, period.at / 60, period));
}

const good = linesOf('good', recording({ minutes: 85, weightAt: defaultWeight }));
const bad = linesOf(
  'bad',
  recording({ minutes: 85, weightAt: defaultWeight, green: (m) => (m >= 7 ? { errors: 150 } : {}) }),
);
const silent = linesOf(
  'silent',
  recording({ minutes: 15 }).map((period) => ({ ...period, green: {} })),
);

describe('sluice backtest', () => {
  test('a chart of a gate that saw nothing bad has its top at nothing', async () => {
    const flawless = linesOf('flawless', recording({ green: () => ({ errors: 0 }), blue: () => ({ errors: 0 }) }));
    const { out } = await backtest(flawless);

    expect(out).toContain('flawless: error-rate, minutes 0 to 14, top 0 %');
    expect(out.some((line) => /^ {2}green ▁{15}$/u.test(line))).toBe(true);
  });

  test('--json prints a line for each rollout', async () => {
    const { code, out } = await backtest([...good, ...bad, ...silent], '--json');

    expect(code).toBe(0);
    expect(out.map((line): unknown => JSON.parse(line))).toEqual([
      { rollout: 'good', decision: 'promote', minute: null, gate: null, reason: 'every gate passes' },
      {
        rollout: 'bad',
        decision: 'roll-back',
        minute: 7,
        gate: 'error-rate',
        reason: expect.stringMatching(
          /^errors .+ against .+ of blue, .+ requests, beyond the abort limit of 5 %; a version within it looks this bad in .+ rollouts$/,
        ),
      },
      { rollout: 'silent', decision: 'hold', minute: 14, gate: 'error-rate', reason: expect.any(String) },
    ]);
  });

  test('without --json it prints a table and a chart', async () => {
    const { code, out } = await backtest([...good, ...bad]);
    const text = out.join('\n');

    expect(code).toBe(0);
    expect(text).toMatch(
      /^ROLLOUT +DECISION +MINUTE +GATE +REASON\ngood +promote +- +- +every gate passes\nbad +roll-back +7 +error-rate /,
    );
    expect(text).toContain('2 rollouts: 1 promote, 1 roll-back, 0 hold');
    expect(text).toMatch(/\nGATE +ROLLED BACK +HELD +MEDIAN MINUTE\nerror-rate +1 \(50 %\) +0 \(0 %\) +7\n/);
    expect(text).toMatch(/bad: error-rate, minutes 0 to 7, top 50 %\n {2}green ▁{7}█\n {2}blue {2}▁{8}$/);
  });

  test.each([
    [
      'a line that is no JSON',
      [...good.slice(0, 2), 'oops'],
      `minutes.jsonl:3: no JSON (Unexpected token 'o', "oops" is not valid JSON), expected one object on a line`,
    ],
    ['a file without lines', [], 'minutes.jsonl:1: the file is empty, expected one JSON object a line'],
    [
      'more errors than requests',
      ['{"rollout":"r","minute":0,"weight":5,"green":{"requests":1,"errors":2}}'],
      'minutes.jsonl:1: green has 2 errors of 1 requests, expected at most as many',
    ],
  ])('%s is bad input: exit code 2, and nothing is printed', async (_, lines, message) => {
    expect(await backtest(lines, '--json')).toEqual({ code: 2, out: [], err: `error: ${message}` });
  });

  test('a file from Windows is read: byte order mark and line ends', async () => {
    const lines = [`\uFEFF${good[0] ?? ''}`, ...good.slice(1)].map((line) => `${line}\r`);

    expect(await backtest(lines, '--json')).toMatchObject({ code: 0, out: [expect.stringContaining('"promote"')] });
  });

  test('a line without end is bad input', async () => {
    expect(await backtest([good[0] ?? '', `{"rollout":"${'x'.repeat(2_000_000)}`])).toEqual({
      code: 2,
      out: [],
      err: 'error: minutes.jsonl:2: the line has more than 1024 KB, expected one JSON object a line',
    });
  });

  test('a metric that no line has is named, since a typing mistake looks like missing data', async () => {
    const lines = good.map((line) => line.replaceAll('"latencyP95"', '"latencyp95"'));
    const { code, out, err } = await backtest(lines, '--json');

    expect({ code, rollouts: out.length }).toEqual({ code: 0, rollouts: 1 });
    expect(err).toBe('warning: no line has latencyP95, which the gate latency-p95 reads: to it, that is no data');
  });

  test('the name of a rollout cannot steer the terminal', async () => {
    const { out } = await backtest(linesOf('a\u001b[31m\nb', recording({ minutes: 20 })));

    expect(out.join('\n')).not.toContain('\u001b');
    expect(out.filter((line) => line.includes(String.raw`a\u{001b}[31m\u{000a}b`))).toHaveLength(2);
  });

  test('where nothing was recorded there is no chart', async () => {
    const { out } = await backtest(['{"rollout":"r","minute":0,"weight":5}']);

    expect(out.at(-1)).toBe('1 rollouts: 0 promote, 0 roll-back, 1 hold');
  });

  test('each mistake of the spec is a line', async () => {
    const file = join(folder, 'wrong.yml');
    await writeFile(file, 'service: Web\nperiod: 1\n');
    const { code, out, err } = await run('backtest', file, file);

    expect({ code, out }).toEqual({ code: 2, out: [] });
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^wrong\.yml:1:1: cluster is missing, expected/),
      expect.stringMatching(/^wrong\.yml:1:1: container is missing, expected/),
      expect.stringMatching(/^wrong\.yml:1:1: image is missing, expected/),
      expect.stringMatching(/^wrong\.yml:1:1: slots is missing, expected/),
      expect.stringMatching(/^wrong\.yml:1:1: traffic is missing, expected/),
      expect.stringMatching(/^wrong\.yml:1:10: service is "Web", expected/),
      expect.stringMatching(/^wrong\.yml:2:9: period is the number 1, expected/),
      'error: There is no spec to judge by. Correct what is reported above, then try again.',
    ]);
  });

  test('files that are missing or no spec are bad input', async () => {
    const file = join(folder, 'gone.jsonl');

    expect(await run('backtest', spec, file)).toMatchObject({
      code: 2,
      err: 'error: gone.jsonl cannot be read (there is no such file), expected a file of recorded minutes',
    });
    await writeFile(file, 'service: 1\n');
    expect(await run('backtest', file, file)).toMatchObject({ code: 2, err: expect.stringContaining('gone.jsonl:1:') });
    expect(await run('backtest', join(folder, 'no.yml'), file)).toMatchObject({ code: 2 });
  });
});
