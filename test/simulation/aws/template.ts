import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as YAML from 'yaml';
import * as z from 'zod';
import { declaredFunctions, declaredResources } from '../../serverless/declared.ts';

const read = (file: string): unknown =>
  YAML.parse(readFileSync(path.resolve(import.meta.dirname, '../../..', file), 'utf8'), {
    logLevel: 'error',
    merge: true,
  });

/** As much of a stream's mapping as says how often a record is tried. */
const mapping = z.looseObject({ stream: z.looseObject({ maximumRetryAttempts: z.number() }).optional() });
const declared = z.looseObject({ timeout: z.number().optional(), events: z.array(mapping).optional() });
const functions = z.record(z.string(), declared).parse(declaredFunctions());
const provider = z.object({ provider: z.object({ timeout: z.number() }) });
const usualLife = provider.parse(read('serverless.yml')).provider.timeout;

/** Returns for how many seconds a function may run, as the template says. */
export function lifeOf(name: string): number {
  return functions[name]?.timeout ?? usualLife;
}

/** Returns how often a record of the stream is tried again by a function that the stream calls. */
export function streamRetriesOf(name: string): number {
  const found = functions[name]?.events?.find(({ stream }) => stream !== undefined)?.stream;
  if (found === undefined) throw new Error(`no stream calls ${name} in the chapters of serverless`);
  return found.maximumRetryAttempts;
}

const attempts = z.object({ MaximumRetryAttempts: z.number(), MaximumEventAgeInSeconds: z.number() });
const configured = z.looseObject({
  Type: z.string(),
  Properties: z.looseObject({}).optional(),
});
const resources = z.record(z.string(), configured);

/** How often, and for how long, an event that waits for a function is tried again, as the template says. */
export const asynchronous = (() => {
  const all = Object.values(resources.parse(declaredResources())).filter(
    ({ Type }) => Type === 'AWS::Lambda::EventInvokeConfig',
  );
  const [first, ...others] = all.map(({ Properties }) => attempts.parse(Properties));
  if (first === undefined || others.some((one) => JSON.stringify(one) !== JSON.stringify(first))) {
    throw new Error('the model of retries takes all functions that events call to be tried alike');
  }
  return first;
})();
