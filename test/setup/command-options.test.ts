import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');

/** What `npm run` starts; each starts a whole local AWS, or counts for minutes, once its options are understood. */
const commands = [
  ['demo', 'local/demo/main.ts'],
  ['dev', 'local/demo/dev.ts'],
  ['chaos', 'local/chaos/main.ts'],
  ['sim', 'test/simulation/main.ts'],
  ['bench', 'bench/pipeline/main.ts'],
  ['bench:rollback', 'bench/rollback/main.ts'],
  ['bench:commands', 'bench/commands/main.ts'],
  ['bench:analysis', 'bench/analysis/main.ts'],
  ['mutation', 'test/mutation/main.ts'],
] as const;

function start(file: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, file), ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe.each(commands)('npm run %s', (name, file) => {
  test('says on stdout what it takes', () => {
    const { status, stdout, stderr } = start(file, '--help');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^npm run ${name}\\b`));
  });

  test.each([['--nonsense'], ['nonsense']])('refuses %s before it starts anything', (arg) => {
    const { status, stdout, stderr } = start(file, arg);

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`'${arg}'`);
    expect(stderr).toContain(`npm run ${name}`);
    expect(stderr).not.toContain('    at ');
  });
});

test.each([
  ['bench/rollback/main.ts', ['--runs', '0'], '--runs is "0", expected a whole number, 1 to 100'],
  ['bench/rollback/main.ts', ['--runs', '1e1'], '--runs is "1e1", expected'],
  ['bench/analysis/main.ts', ['--runs', 'many'], '--runs is "many", expected a whole number'],
  ['bench/analysis/main.ts', ['--seed', '4294967296'], '--seed is "4294967296", expected'],
  ['bench/analysis/main.ts', ['--only', 'nonsense'], 'no shape has "nonsense" in its name'],
  ['test/mutation/main.ts', ['--room', 'cli'], '--room is "cli", expected analysis, events or specification'],
  ['test/mutation/main.ts', ['--percent', '101'], '--percent is "101", expected a whole number, 1 to 100'],
  ['test/mutation/main.ts', ['--only', 'lib/none.ts'], 'no file of a room matches lib/none.ts'],
  ['local/chaos/main.ts', ['--only', 'nonsense'], 'there is no scenario "nonsense"'],
])('%s %j is refused', (file, args, why) => {
  const { status, stdout, stderr } = start(file, ...args);

  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`error: ${why}`);
});
