import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { commonKinds, faultsOf } from './faults/draw.ts';
import { scenarioOf } from './scenario.ts';
import { buildOf } from './build.ts';
import { simulate } from './simulation.ts';

const program = path.resolve(import.meta.dirname, 'main.ts');

function sim(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { maxBuffer: 64e6 }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

/** The machine may be busy with much else. */
const patience = 3_600_000;

describe('npm run sim', () => {
  test(
    'no promise is broken in 500 runs, each with more than a fault',
    async () => {
      const { code, stdout } = await sim('--runs', '500', '--seed', '20260301', '--json');
      const last: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

      expect(stdout.trimEnd().split('\n').slice(0, -1)).toEqual([]);
      expect(last).toEqual({ runs: 500, violations: 0, faults: expect.any(Number), seed: 20_260_301 });
      expect((last as { faults: number }).faults).toBeGreaterThan(500);
      expect(code).toBe(0);
    },
    patience,
  );

  test.each([
    ['--runs', 'many'],
    ['--runs', '0'],
    ['--runs', '1.5'],
    ['--seed', '4294967296'],
    ['--seed', '-1'],
    ['--seed', '0x10'],
    ['--speed', '3'],
    ['--seed'],
    ['--faults', 'rain'],
    ['--faults', ''],
  ])(
    '%s %s is refused with what is expected',
    async (...args) => {
      const { code, stdout, stderr } = await sim(...args);

      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^sim: .*\n(?:.*\n)*Usage: npm run sim/);
    },
    patience,
  );

  test.each(['0', '4294967295'])(
    'takes seed %s',
    async (seed) => {
      const { code, stdout } = await sim('--runs', '1', '--seed', seed, '--json');

      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ runs: 1, seed: Number(seed) });
    },
    patience,
  );
});

test.each([7, 8, 9, 10])('the run with seed %i goes the same way each time, to the byte', async (seed) => {
  const told = async () => {
    const scenario = scenarioOf(seed);
    const { story, announcements } = await simulate(scenario, faultsOf(scenario), buildOf());
    return Buffer.from(JSON.stringify({ story, announcements }));
  };
  const [first, second] = [await told(), await told()];

  expect(first.length).toBeGreaterThan(1000);
  expect(second.equals(first)).toBe(true);
});

describe('the faults of a run', () => {
  const kindsOf = (seed: number) => new Set(faultsOf(scenarioOf(seed)).map(({ kind }) => kind));
  const seeds = Array.from({ length: 400 }, (_, index) => index + 1);

  test('are drawn from a mix of its own: all kinds come, and some runs see one kind again and again', () => {
    const seen = new Set(seeds.flatMap((seed) => [...kindsOf(seed)]));
    const repeated = seeds.filter((seed) => kindsOf(seed).size < faultsOf(scenarioOf(seed)).length);

    // A vendor fails where the service has channels, a deployment where ECS makes them.
    expect([...seen].sort()).toEqual([...commonKinds, 'deployment', 'vendor'].sort());
    expect(repeated.length).toBeGreaterThan(50);
  });

  test('are of the kinds that were asked for, and no others', () => {
    const drawn = seeds.flatMap((seed) => faultsOf(scenarioOf(seed), ['outage', 'conflict']).map(({ kind }) => kind));

    expect(new Set(drawn)).toEqual(new Set(['outage', 'conflict']));
  });
});
