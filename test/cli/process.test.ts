import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { edited } from '../specification/example-spec.ts';

// A process starts slowly on a machine under load.
const root = path.resolve(import.meta.dirname, '../..');
const main = path.join(root, 'lib/cli/main.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-cli-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command in a process of its own, with nothing of AWS in its environment. */
function sluice(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      {
        cwd: root,
        env: { PATH: process.env['PATH'], HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...env },
        timeout: 100_000,
      },
      (_, out, err) => {
        resolve({ code: child.exitCode ?? -1, out, err });
      },
    );
  });
}

describe('colours', () => {
  const script = `import { processContext } from ${JSON.stringify(path.join(root, 'lib/cli/process-context.ts'))};
const { paint, out } = processContext();
out(paint('red', 'rolled back'));`;

  test.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['are left out in a pipe', {}, false],
    ['are there in a pipe where FORCE_COLOR asks for them', { FORCE_COLOR: '1' }, true],
    ['are left out where NO_COLOR says so', { NO_COLOR: '1' }, false],
  ])('%s', async (_, env, isPainted) => {
    const file = path.join(folder, 'paint.ts');
    await writeFile(file, script);
    const said = await new Promise<string>((resolve, reject) => {
      const own = { PATH: process.env['PATH'], HOME: folder, ...env };
      execFile(process.execPath, [file], { env: own, timeout: 100_000 }, (error, out) => {
        if (error === null) resolve(out);
        else reject(new Error(`the script ended with an error: ${error.message}`));
      });
    });

    expect(said).toBe(isPainted ? '\u001b[31mrolled back\u001b[39m\n' : 'rolled back\n');
  });
});

describe('the command as a process', () => {
  test('lints the example without AWS, and has hints alone', async () => {
    const err = expect.stringMatching(/\n1 spec checked, 4 hints, nothing else to report\.\n$/);
    const out = expect.stringMatching(/^(?:\S+ hint: .*\n){4}$/);
    expect(await sluice(['lint', 'examples/rollouts/web.yml'])).toEqual({ code: 0, out, err });
  });

  test('exits with 1 where a finding is an error', async () => {
    const file = path.join(folder, 'wrong.yml');
    await writeFile(file, edited('weight: 100', 'weight: 95'));

    expect(await sluice(['lint', file])).toEqual({
      code: 1,
      out: `${file}:43:15: the last weight is 95, expected 100\n`,
      err: '',
    });
  });

  test('reads no more of a file without end than it needs', async () => {
    expect(await sluice(['lint', '/dev/zero'])).toEqual({
      code: 1,
      out: '/dev/zero:1:1: the file has more than 64 KB, expected a spec of a few\n',
      err: '',
    });
  });

  test('a file in another encoding is told where it stops being UTF-8', async () => {
    const file = path.join(folder, 'latin1.yml');
    await writeFile(file, Buffer.from('service: web\ncluster: M\u00fcnchen\n', 'latin1'));

    expect(await sluice(['lint', file])).toMatchObject({
      code: 1,
      out: `${file}:2:11: a byte that is no UTF-8, expected a file in UTF-8\n`,
    });
  });

  test('a folder, and a file that is not there, are findings', async () => {
    const { code, out, err } = await sluice(['lint', folder, 'no-such-file.yml']);

    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toBe(
      `${folder}:1:1: cannot be read (it is a folder), expected the file of a rollout spec\n` +
        'no-such-file.yml:1:1: cannot be read (there is no such file), expected the file of a rollout spec\n',
    );
  });

  test('init says in one line that nothing answers', async () => {
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
      AWS_MAX_ATTEMPTS: '1',
    };
    const { code, out, err } = await sluice(['init', '--cluster', 'c', '--service', 's', '--region', 'eu-west-1'], env);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: AWS cannot be reached .*\n$/);
  });

  test('plan prints what a spec alone tells where nothing answers', async () => {
    const { code, out, err } = await sluice(['plan', 'examples/rollouts/web.yml']);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('  the services and rules: No AWS credentials are usable');
  });

  test('without a region says so in one line', async () => {
    expect(await sluice(['list', 'web'])).toEqual({
      code: 1,
      out: '',
      err: 'error: No AWS region is known. Add --region, or set AWS_REGION.\n',
    });
  });

  test('without credentials says so in one line', async () => {
    const { code, out, err } = await sluice(['list', 'web', '--region', 'eu-west-1']);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: No AWS credentials are usable .*\n$/);
  });

  test('says in one line that nothing answers', async () => {
    const env = {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_ACCESS_KEY_ID: 'x',
      AWS_SECRET_ACCESS_KEY: 'y',
      AWS_MAX_ATTEMPTS: '1',
    };
    const { code, out, err } = await sluice(['status', 'web', '--region', 'eu-west-1'], env);

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^error: AWS cannot be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. .*\n$/);
  });

  test('wrong usage exits with 2, help goes to stdout', async () => {
    expect((await sluice(['frobnicate'])).code).toBe(2);
    expect(await sluice(['--help'])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('Usage: sluice'),
    });
  });
});
