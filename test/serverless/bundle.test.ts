import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { build } from 'esbuild';
import * as YAML from 'yaml';
import * as z from 'zod';
import { defaultProvider } from '../../serverless/bundle/lambda-credentials.ts';
import {
  EventStreamSerde,
  eventStreamSerdeProvider,
  resolveEventStreamSerdeConfig,
} from '../../serverless/bundle/no-event-streams.ts';

jest.setTimeout(60_000);

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
      }),
    }),
  })
  .parse(read('serverless.yml')).custom.esbuild;
const functions = z.record(z.string(), z.looseObject({ handler: z.string() })).parse(read('serverless/functions.yml'));

describe('the bundles of the functions', () => {
  test('carry of the credential providers the one that Lambda needs, and no event streams', async () => {
    const { metafile } = await build({
      entryPoints: Object.values(functions).map(({ handler }) => handler.replace(/\.handler$/, '.ts')),
      absWorkingDir: projectRoot,
      outdir: '/nowhere',
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      target: settings.target,
      mainFields: settings.mainFields,
      alias: settings.alias,
    });
    const used = new Set(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
    const ofSdk = [...used].flatMap((file) => /@(?:aws-sdk|smithy)\/.*/.exec(file)?.[0] ?? []);

    expect(ofSdk.length).toBeGreaterThan(200);
    expect(ofSdk.filter((file) => /credential-provider-(?!env\/)|nested-clients|event-streams/.test(file))).toEqual([]);
    expect(ofSdk).toContainEqual(expect.stringContaining('credential-provider-env'));
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
