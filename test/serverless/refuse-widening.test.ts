import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';

interface Parameter {
  readonly ParameterKey: string;
  readonly ParameterValue: string;
}
interface Client {
  readonly send: () => Promise<{ readonly Stacks: readonly { readonly Parameters: readonly Parameter[] }[] }>;
}
type WhyNot = (
  client: Client,
  stack: string,
  values: Readonly<Record<string, unknown>>,
  declared: Readonly<Record<string, { readonly Default?: unknown }>>,
) => Promise<string | undefined>;

const required: unknown = createRequire(import.meta.url)('../../serverless/refuse-widening.cjs');
const { whyNot } = z.custom<{ readonly whyNot: WhyNot }>((value) => typeof value === 'function').parse(required);

const has = (parameters: Readonly<Record<string, string>>): Client => ({
  send: () =>
    Promise.resolve({
      Stacks: [
        {
          Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
            ParameterKey,
            ParameterValue,
          })),
        },
      ],
    }),
});
const fails = (name: string, message: string): Client => ({
  send: () => Promise.reject(Object.assign(new Error(message), { name })),
});

const declared = { Stage: {}, Balancers: { Default: 'shop' }, Secrets: { Default: '' }, ArchiveDays: { Default: '' } };
const clone = { Balancers: '*', Secrets: '', ArchiveDays: '' };
const asked = (client: Client, values: object = {}) =>
  whyNot(client, 'sluice-production', { ...clone, ...values }, declared);

describe('a deployment from a clone', () => {
  test('is refused where it would put a parameter back to its default, with each that it would', async () => {
    const reason = await asked(
      has({ Stage: 'production', Balancers: 'shop', Secrets: 'sluice/shop', ArchiveDays: '' }),
    );

    expect(reason).toContain('- Balancers: shop, which would be *');
    expect(reason).toContain('- Secrets: sluice/shop, which would be empty');
    expect(reason).not.toContain('ArchiveDays');
    expect(reason).not.toContain('Stage');
    expect(reason).toContain('resetParameters=yes');
  });

  test('is made where the clone names what the stack has, or something else', async () => {
    const stack = has({ Balancers: 'shop', Secrets: 'sluice/shop' });

    expect(await asked(stack, { Balancers: 'shop', Secrets: 'sluice/shop' })).toBeUndefined();
    expect(await asked(stack, { Balancers: 'shop,search', Secrets: 'sluice/other' })).toBeUndefined();
  });

  test('is made where nothing was set, and where there is no stack', async () => {
    expect(await asked(has({ Balancers: '*', Secrets: '' }))).toBeUndefined();
    expect(await asked(fails('ValidationError', 'Stack with id sluice-production does not exist'))).toBeUndefined();
  });

  test('is refused where the parameters cannot be read', async () => {
    expect(await asked(fails('AccessDenied', 'no'))).toContain('could not be read (AccessDenied: no)');
  });
});
