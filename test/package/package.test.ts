import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { build } from 'esbuild';
import * as z from 'zod';
import { renderStack, stackTemplate } from '../../lib/cli/stack/stack-template.ts';
import { clientEnvironment } from '../../local/emulator/environment.ts';
import { withPackagedStack } from '../../local/stack/package-stack.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { withNameSlots } from '../../serverless/name-slots.cjs';
import { exampleSpec } from '../specification/example-spec.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';
import { nodes } from './nodes.ts';
import { command, Packed } from './packed.ts';
import { openIn, recordOf, templateIn, withoutCode } from './stack-of-package.ts';

let packed: Packed;
beforeAll(async () => {
  packed = await Packed.make();
}, 1_200_000);
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
  }, 1_200_000);

  test('that Node runs it', async () => {
    expect((await command(node, folder, ['node', '--version'])).out).toMatch(new RegExp(`^v${version}\\.`));
  });

  test('nothing else is installed with it, and no TypeScript', async () => {
    const installed = await readdir(path.join(folder, 'node_modules'));
    const files = await readdir(path.join(folder, 'node_modules/sluice'), { recursive: true });

    expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['sluice']);
    expect(files.filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))).toEqual([]);
    expect(files).toContain('dist/THIRD-PARTY-NOTICES.txt');
    // What `init --ci` writes.
    expect(files).toEqual(
      expect.arrayContaining(['dist/ci/github/workflows/deploy.yml', 'dist/ci/gitlab/.gitlab-ci.yml']),
    );
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

    expect(good).toMatchObject({
      code: 0,
      err: expect.stringMatching(/1 spec checked, 4 hints, nothing else to report\.\n$/),
    });
    expect(bad.code).toBe(1);
  });

  test('plan --offline draws the steps', async () => {
    const { code, out } = await sluice('plan', '--offline', 'examples/rollouts/web.yml');

    expect(code).toBe(0);
    expect(out).toContain('100 %');
  });

  test('the code of every function is byte for byte what the template was built with', async () => {
    const hashes = path.join(folder, 'node_modules/sluice/dist/cli/hashes.mjs');
    await bundleHashes(hashes);
    const { code, out, err } = await command(node, folder, ['node', hashes]);

    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { found, other } = hashesFound.parse(JSON.parse(out));
    expect(found).toBeGreaterThan(60);
    expect(other).toEqual([]);
  });

  test('a backtest judges a series of datapoints', async () => {
    await writeFile(path.join(folder, 'minutes.jsonl'), failingMinutes);
    const { code, out } = await sluice('backtest', '--json', 'examples/backtest.yml', 'minutes.jsonl');

    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ rollout: 'r1', decision: 'roll-back', gate: 'error-rate' });
  });
});

describe('what is imported from the package', () => {
  const folder = () => packed.folderUnder(process.execPath);
  const typescript = path.join(projectRoot, 'node_modules/typescript/bin/tsc');
  const check = async (source: string, moduleResolution: string, module: string) => {
    await writeFile(path.join(folder(), 'spec.mts'), source);
    const flags = ['--noEmit', '--strict', '--resolveJsonModule', '--target', 'es2022'];
    const how = ['--moduleResolution', moduleResolution, '--module', module, 'spec.mts'];
    return command(process.execPath, folder(), ['node', typescript, ...flags, ...how]);
  };
  const imported = `import type { RolloutSpec } from 'sluice';\n`;

  test.each([
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])('a spec is typed, and its schema is there, by the module resolution %s', async (resolution, module) => {
    const schema = `import schema from 'sluice/schema' with { type: 'json' };\nexport const title: string = schema.title;\n`;
    const written = `${imported}${schema}export const spec: RolloutSpec = ${JSON.stringify(parseYaml(exampleSpec))};\n`;

    expect(await check(written, resolution, module)).toEqual({ code: 0, out: '', err: '' });
  });

  test.each([
    ["spec.cluser = 'x'", 'cluser'],
    ['const more: RolloutSpec = { ...spec, driver: "codedeploy" }', "'slots' | 'ecs-native'"],
    ['const more: RolloutSpec = { ...spec, steps: [{ weight: "5" }] }', "'number'"],
  ])('a mistake in it is found: %s', async (mistake, said) => {
    const { code, out } = await check(
      `${imported}export declare const spec: RolloutSpec;\n${mistake};\n`,
      'nodenext',
      'nodenext',
    );

    expect(code).toBe(2);
    expect(out.replaceAll('"', "'")).toContain(said);
  });

  test('Node reads the schema', async () => {
    const script = `import('sluice/schema', { with: { type: 'json' } }).then(({ default: { title } }) => console.log(title))`;

    expect(await command(process.execPath, folder(), ['node', '-e', script])).toEqual({
      code: 0,
      out: 'Rollout spec of Sluice\n',
      err: '',
    });
  });
});

describe('the stack of the package', () => {
  const node = process.execPath;
  const folder = () => packed.folderUnder(node);

  test.each(['dev-2', 'a-stage-of-19-chars'])(
    'is in stage %s the one that `serverless deploy` deploys: same logical ids, same properties',
    async (stage) => {
      const whole = await withPackagedStack(stage, ({ parameterised }) => templateIn(parameterised));
      // As the clone deploys it, too: see serverless/nested-stacks.cjs.
      const clones = stackTemplate.parse(withNameSlots(whole, { Stage: stage }));

      const template = await templateIn(path.join(folder(), 'node_modules/sluice/dist/stack/template.json'));
      const packages = renderStack(
        { template, packagedFor: 'production', chapters: {} },
        { Stage: stage },
        'eu-west-1',
        undefined,
      );

      expect(Object.keys(packages.template.Resources).length).toBeGreaterThan(280);
      expect(withoutCode(packages.template)).toEqual(withoutCode(clones));
      expect(packages.code).toHaveLength(
        Object.values(clones.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function').length,
      );
    },
    600_000,
  );

  describe('on a local AWS', () => {
    let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
    const sluice = (...args: readonly string[]) => {
      const words = ['npx', '--no', '--', 'sluice', 'stack', ...args, '--stage', 'packed'];
      return command(node, folder(), words, clientEnvironment(emulator.client.endpoint));
    };
    beforeAll(async () => {
      emulator = await startTestEmulator();
    });
    afterAll(() => emulator.stop());

    test('is created, and nothing is left to change', async () => {
      expect(await sluice('status')).toMatchObject({ code: 1, out: '' });
      const planned = await sluice('diff');
      const deployed = await sluice('deploy');
      const status = await sluice('status');

      expect(planned.out).toMatch(/^\d{3} to add$/m);
      expect(deployed).toMatchObject({ code: 0, out: expect.stringContaining('is deployed') });
      expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/UPDATE_COMPLETE\nversion +Sluice \d/) });
      expect(await sluice('diff')).toMatchObject({ code: 0, out: 'No difference.\n' });
    }, 900_000);

    test('is not removed while a rollout is under way; a later deployment adopts the record that was kept', async () => {
      const rolloutId = 'web-20260301-110000-abcdef';
      const store = recordOf(emulator.client, 'sluice-packed');
      const end = await openIn(store, rolloutId);

      const refused = await sluice('remove', '--yes');
      await end();
      const removed = await sluice('remove', '--yes');
      const again = await sluice('deploy');

      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining(rolloutId) });
      expect(removed).toMatchObject({ code: 0, out: expect.stringContaining('Kept: sluice-packed') });
      expect(again).toMatchObject({ code: 0, err: expect.stringContaining('Adopting what an earlier stack') });
      expect((await store.load(rolloutId))?.state.phase).toBe('rejected');
    }, 900_000);
  });
});

const hashesFound = z.object({ found: z.number(), other: z.array(z.string()) });

/** Writes a program, where the package has its command line, that zips each function as a deployment does and compares its hash. */
async function bundleHashes(outfile: string): Promise<void> {
  const contents = `
    import { createHash } from 'node:crypto';
    import { readPackagedStack } from './lib/cli/stack/read-package.ts';
    const { template, zip } = await readPackagedStack();
    const versions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Version');
    const other = [];
    for (const { Properties } of versions) {
      const name = Properties.FunctionName.Ref.replace(/LambdaFunction$/, '');
      const hash = createHash('sha256').update(await zip(name)).digest('base64');
      if (hash !== Properties.CodeSha256) other.push(name);
    }
    console.log(JSON.stringify({ found: versions.length, other }));`;
  await build({
    stdin: { contents, resolveDir: projectRoot, loader: 'ts' },
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20.18', mainFields: ['module', 'main'] },
    banner: { js: "import { createRequire as _r } from 'node:module'; const require = _r(import.meta.url);" },
  });
}

/** Ten minutes in which half of green's requests fail, and none of blue's. */
const failingMinutes = Array.from({ length: 10 }, (_, minute) =>
  JSON.stringify({
    rollout: 'r1',
    ...{ minute, weight: 25 },
    blue: { requests: 3_000, errors: 0, slow: 0 },
    green: { requests: 1_000, errors: 500, slow: 0 },
  }),
).join('\n');
