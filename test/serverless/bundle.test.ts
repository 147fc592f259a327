import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { build, type Metafile, type Plugin } from 'esbuild';
import * as YAML from 'yaml';
import * as z from 'zod';
import { defaultProvider } from '../../serverless/bundle/lambda-credentials.ts';
import {
  EventStreamSerde,
  eventStreamSerdeProvider,
  resolveEventStreamSerdeConfig,
} from '../../serverless/bundle/no-event-streams.ts';
import { declaredFunctions } from './declared.ts';

// Against hanging: 60 bundles take more than a minute where others work on the same cores.
jest.setTimeout(300_000);

const projectRoot = path.resolve(import.meta.dirname, '../..');
const read = (file: string): unknown =>
  YAML.parse(readFileSync(path.join(projectRoot, file), 'utf8'), { merge: true, logLevel: 'silent' });
const settings = z
  .looseObject({
    custom: z.looseObject({
      esbuild: z.looseObject({
        target: z.string(),
        mainFields: z.array(z.string()),
        alias: z.record(z.string(), z.string()),
        plugins: z.string(),
      }),
    }),
  })
  .parse(read('serverless.yml')).custom.esbuild;
const functions = z.record(z.string(), z.looseObject({ handler: z.string() })).parse(declaredFunctions());

describe('the bundles of the functions', () => {
  let metafile: Metafile;

  beforeAll(async () => {
    const { default: plugins } = z
      .object({ default: z.array(z.custom<Plugin>()) })
      .parse(await import(path.join(projectRoot, settings.plugins)));
    ({ metafile } = await build({
      entryPoints: Object.values(functions).map(({ handler }) => handler.replace(/\.handler$/, '.ts')),
      absWorkingDir: projectRoot,
      outdir: '/nowhere',
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      platform: 'node',
      target: settings.target,
      mainFields: settings.mainFields,
      alias: settings.alias,
      plugins,
    }));
  });

  /** Files of the SDK that are in some bundle, with the most bytes that one has of each. */
  const sdkFiles = () => {
    const files = new Map<string, number>();
    for (const { inputs } of Object.values(metafile.outputs)) {
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const name = /@(?:aws-sdk|smithy)\/.*/.exec(file)?.[0];
        if (name !== undefined) files.set(name, Math.max(bytesInOutput, files.get(name) ?? 0));
      }
    }
    return files;
  };

  test('carry no meanings of fields of a spec: those stand in its reference', async () => {
    const { default: plugins } = z
      .object({ default: z.array(z.custom<Plugin>()) })
      .parse(await import(path.join(projectRoot, settings.plugins)));
    const entry = {
      contents: "export * from './lib/specification/checks.ts'",
      resolveDir: projectRoot,
      loader: 'ts',
    } as const;
    const { outputFiles } = await build({
      stdin: entry,
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'node',
      plugins,
    });
    const text = outputFiles.map((file) => file.text).join('');

    expect(text).toContain('expected a map of checks');
    expect(text).not.toMatch(/Largest compressed size of the image|The last day on which it does not count/);
  });

  test('carry of the credential providers the one that Lambda needs, and no event streams', () => {
    const names = [...sdkFiles().keys()];

    expect(names.length).toBeGreaterThan(200);
    expect(names.filter((file) => /credential-provider-(?!env\/)|nested-clients|event-streams/.test(file))).toEqual([]);
    expect(names).toContainEqual(expect.stringContaining('credential-provider-env'));
  });

  test('carry nothing that writes JSON Schema, which the command line does', () => {
    const carried = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && file.includes('json-schema')),
    );

    // Of the processors the checks of numbers and texts are read.
    expect(Math.max(...carried.map(([, { bytesInOutput }]) => bytesInOutput))).toBeLessThan(4_000);
  });

  test('carry the shapes of the operations that they use, not of all that a service has', () => {
    const schemas = [...sdkFiles()].filter(([file]) => file.endsWith('schemas_0.js'));

    expect(schemas.length).toBeGreaterThan(12);
    // Of ECS there are 133 kB, of S3 68 kB, of SES 49 kB. Those of ECS that are used have 31 kB: services, tasks, its own deployments.
    expect(schemas.filter(([, bytes]) => bytes > 32_000)).toEqual([]);
  });
});

describe('credentials in a function', () => {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
  const before = new Map(names.map((name) => [name, process.env[name]]));

  const restore = () => {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  };
  beforeEach(() => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
  });
  afterEach(restore);

  test('are those of its role, which Lambda puts into the environment', async () => {
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token',
    });

    expect(await defaultProvider()()).toMatchObject({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    });
  });

  test('are missed in words where there are none', async () => {
    await expect(defaultProvider()()).rejects.toThrow('Unable to find environment variable credentials');
  });
});

test('a client that could speak event streams is built without them, and says so when one is wanted', () => {
  expect(resolveEventStreamSerdeConfig({ region: 'eu-west-1' })).toEqual({ region: 'eu-west-1' });
  expect(eventStreamSerdeProvider()).toBeUndefined();
  expect(EventStreamSerde).toThrow('take `@smithy/core/event-streams` out of `alias` in serverless.yml');
});
