import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { seeded } from '../../lib/calibration/random.ts';
import { definitionOf, withInner } from './definitions.ts';

/** The bucket that the writes of a whole account share, as AWS documents it. */
const bucket = { size: 20, perSecond: 3 };

const retrySettings = z.object({
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number(),
  MaxDelaySeconds: z.number(),
  JitterStrategy: z.literal('FULL'),
});
type RetrySettings = z.output<typeof retrySettings>;

function onThrottling(machine: string, stateName: string): RetrySettings {
  for (const [, { States }] of withInner(machine, definitionOf(machine))) {
    const retry = States[stateName]?.Retry?.find(({ ErrorEquals }) =>
      ErrorEquals.some((name) => name.endsWith('ThrottlingException')),
    );
    if (retry !== undefined) return retrySettings.parse(retry);
  }
  throw new Error(`${machine} has no state ${stateName} that is tried again when it is throttled`);
}

const restoration = onThrottling('rollback', 'RestoreRule');
const shift = onThrottling('rollout', 'ShiftTraffic');
const asEager = onThrottling('rollout', 'AnalyseGreen');

interface Write {
  readonly began: number;
  readonly at: number;
  readonly tries: number;
  readonly retry: RetrySettings;
  readonly isRestoration: boolean;
}

/** Seconds that each restoration had to wait, shortest first, while steps forward of other services want the same tokens. */
function waits(seed: number, restorations: number, shifts: number, shiftRetry: RetrySettings): readonly number[] {
  const random = seeded(seed);
  const write = (from: number, retry: RetrySettings, isRestoration: boolean): Write => {
    const at = from + 2 * random.uniform();
    return { began: at, at, tries: 0, retry, isRestoration };
  };
  const queue = [
    ...Array.from({ length: shifts }, () => write(0, shiftRetry, false)),
    ...Array.from({ length: restorations }, () => write(1, restoration, true)),
  ];
  const waited: number[] = [];
  let tokens = bucket.size;
  let last = 0;
  for (;;) {
    queue.sort((one, other) => one.at - other.at);
    const next = queue.shift();
    if (next === undefined) return waited.sort((one, other) => one - other);
    tokens = Math.min(bucket.size, tokens + (next.at - last) * bucket.perSecond);
    last = next.at;
    const { at, began, tries, retry, isRestoration } = next;
    if (tokens >= 1) {
      tokens -= 1;
      if (isRestoration) waited.push(at - began);
    } else if (tries < retry.MaxAttempts) {
      const longest = Math.min(retry.MaxDelaySeconds, retry.IntervalSeconds * retry.BackoffRate ** tries);
      queue.push({ ...next, at: at + longest * random.uniform(), tries: tries + 1 });
    }
  }
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const seeds = Array.from({ length: 100 }, (_, seed) => seed);

test('restorations come before the steps forward of a hundred other services that take the tokens of the load balancer', () => {
  const mean = (restorations: number, retry: RetrySettings) =>
    meanOf(seeds.map((seed) => meanOf(waits(seed, restorations, 100, retry))));

  for (const restorations of [1, 5, 20]) {
    const [first, beside] = [mean(restorations, shift), mean(restorations, asEager)];
    // So many tokens take that long to come; the rest is what the other writes cost.
    expect(first).toBeLessThan(2.5 + restorations / bucket.perSecond);
    expect(first).toBeLessThan(0.75 * beside);
  }
});

test('every restoration gets its token, though three hundred steps forward want one', () => {
  for (const seed of seeds) expect(waits(seed, 20, 300, shift)).toHaveLength(20);
});
