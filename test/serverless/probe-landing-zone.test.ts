import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';

const shape = z.object({
  Parameters: z.record(
    z.string(),
    z.looseObject({ AllowedPattern: z.string().optional(), Default: z.string().optional() }),
  ),
  Conditions: z.record(z.string(), z.json()),
  Resources: z.record(z.string(), z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
});
const read = (file: string): unknown =>
  parse(readFileSync(new URL(`../../serverless/${file}`, import.meta.url), 'utf8'), { logLevel: 'silent' });
const stack = z.object({ Parameters: shape.shape.Parameters }).parse(read('landing-zone.yml'));

/** As the YAML of `!If [condition, !Ref parameter, !Ref AWS::NoValue]` is read. */
const where = (parameter: string) => [`Has${parameter}`, parameter, 'AWS::NoValue'];
/** What the two stacks may have, and what a landing zone asks of it; a resource of another type has to be added here. */
const asked: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'AWS::IAM::Role': { Path: where('RolePath'), PermissionsBoundary: where('PermissionsBoundary') },
  'AWS::Logs::LogGroup': { KmsKeyId: where('CustomerKey') },
  'AWS::Lambda::Function': {},
  'AWS::EC2::SecurityGroup': {},
};

describe.each(['probe/probe.yml', 'probe/data-probe.yml'])('in a landing zone, %s', (file) => {
  const { Parameters, Conditions, Resources } = shape.parse(read(file));

  test('gives its role the boundary and the path, and its log the key, where they are named', () => {
    expect(new Set(Object.values(Resources).map(({ Type }) => Type))).toEqual(new Set(Object.keys(asked)));
    for (const [id, { Type, Properties }] of Object.entries(Resources)) {
      expect([id, Properties]).toEqual([id, expect.objectContaining(asked[Type] ?? { Type })]);
    }
  });

  test.each(['PermissionsBoundary', 'RolePath', 'CustomerKey'])(
    'takes %s as the stack does, and none by default',
    (name) => {
      expect(Parameters[name]).toMatchObject({ Default: '', AllowedPattern: stack.Parameters[name]?.AllowedPattern });
      expect(Conditions[`Has${name}`]).toEqual([[name, '']]);
    },
  );
});
