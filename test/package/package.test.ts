import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { projectRoot } from '../../local/stack/project-root.ts';
import { nodes } from './nodes.ts';
import { command, Packed } from './packed.ts';

let packed: Packed;
beforeAll(async () => {
  packed = await Packed.make();
}, 300_000);
afterAll(() => packed.remove());

const packageFile = z.object({ version: z.string(), engines: z.object({ node: z.string() }) });
const ours = packageFile.parse(JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8')));

test('the package has at most 10 MB', async () => {
  expect((await stat(packed.tarball)).size).toBeLessThan(10_000_000);
});

test('it says that it needs the oldest Node that it is tried under', async () => {
  const { out } = await command(nodes[0]?.node ?? '', projectRoot, ['node', '--version']);

  expect(ours.engines.node).toBe(`>=${/^v(\d+\.\d+)\./.exec(out)?.[1] ?? 'unknown'}`);
});

describe.each(nodes)('installed into an empty folder under Node $version', ({ version, node }) => {
  let folder: string;
  const sluice = (...args: readonly string[]) => command(node, folder, ['npx', '--no', '--', 'sluice', ...args]);
  beforeAll(async () => {
    folder = await packed.installUnder(node);
    await cp(path.join(projectRoot, 'examples'), path.join(folder, 'examples'), { recursive: true });
  }, 300_000);

  test('that Node runs it', async () => {
    expect((await command(node, folder, ['node', '--version'])).out).toMatch(new RegExp(`^v${version}\\.`));
  });

  test('nothing else is installed with it, and no TypeScript', async () => {
    const installed = await readdir(path.join(folder, 'node_modules'));
    const files = await readdir(path.join(folder, 'node_modules/sluice'), { recursive: true });

    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['sluice']);
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
    expect(files).toContain('dist/THIRD-PARTY-NOTICES.txt');
  });

  test('--version prints its version', async () => {
    expect(await sluice('--version')).toEqual({ code: 0, out: `${ours.version}\n`, err: '' });
  });

  test('schema prints the JSON Schema of a spec', async () => {
    const { code, out } = await sluice('schema');

    expect(code).toBe(0);
    expect(out).toBe(await readFile(path.join(projectRoot, 'schema/rollout.schema.json'), 'utf8'));
  });

  test('lint takes a good spec, and refuses a bad one with exit code 1', async () => {
    const good = await sluice('lint', 'examples/rollouts/web.yml');
    const bad = await sluice('lint', 'node_modules/sluice/package.json');

    expect(good).toMatchObject({ code: 0, err: '' });
    expect(bad.code).toBe(1);
  });

  test('plan --offline draws the steps', async () => {
    const { code, out } = await sluice('plan', '--offline', 'examples/rollouts/web.yml');

    expect(code).toBe(0);
    expect(out).toContain('100 %');
  });

  test('a backtest judges a series of datapoints', async () => {
    await writeFile(path.join(folder, 'minutes.jsonl'), failingMinutes);
    const { code, out } = await sluice('backtest', '--json', 'examples/backtest.yml', 'minutes.jsonl');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rollout: 'r1', decision: 'roll-back', gate: 'error-rate' });
  });
});

/** Ten minutes in which half of green's requests fail, and none of blue's. */
const failingMinutes = Array.from({ length: 10 }, (_, minute) =>
  JSON.stringify({
    rollout: 'r1',
    ...{ minute, weight: 25 },
    blue: { requests: 3_000, errors: 0, slow: 0 },
    green: { requests: 1_000, errors: 500, slow: 0 },
  }),
).join('\n');
