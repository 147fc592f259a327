import type { Datapoint } from '../../analysis/datapoint.ts';
import type { MetricQuestion, MetricRow, MetricSource } from '../source.ts';
import type { Post } from './http-post.ts';
import { type Range, valuesIn } from './range-answer.ts';
import type { PrometheusServer } from './shape/server.ts';
import type { PrometheusSlotMetric } from './shape/shape.ts';
import { signedForAps, type SigningParts } from './signature.ts';
import { messageOf } from '../../specification/text/message-of.ts';

const sides = ['blue', 'green'] as const;
type Side = (typeof sides)[number];

/** All queries of an evaluation together: well under the 15 s that a function may live. */
const longestMs = 8_000;
/** Queries at a time, so that an evaluation is no flood. */
const atOnce = 8;
/** Prometheus refuses more than 11,000 points of a series. */
const mostPoints = 10_000;
/** Digits of a count that sums of floating-point numbers keep. */
const keptDigits = 12;

export interface PrometheusAccess {
  readonly post: Post;
  readonly secrets: { read(reference: string): Promise<string>; forget(reference: string): void };
  readonly signing: SigningParts;
  /** In place of the origin of every server; only a local stack has it. */
  readonly origin: string | undefined;
}

interface Asked {
  readonly name: string;
  readonly side: Side;
  readonly metric: PrometheusSlotMetric;
}

/**
 * The team's metrics of both slots from Prometheus, or what speaks its HTTP API: one range query for each metric and slot, evaluated
 * at the end of each period. NaN in a row: the server says that there is no number.
 */
export function prometheusMetricSource(access: PrometheusAccess): MetricSource {
  return {
    async read(question) {
      const signal = AbortSignal.timeout(longestMs);
      const asked = queriesOf(question);
      const answers = await inTurns(asked, async (one) => ({
        ...one,
        values: await valuesOf(one, question, access, signal),
      }));
      return rowsOf(answers);
    },
  };
}

function queriesOf({ custom = {} }: MetricQuestion): readonly Asked[] {
  return Object.entries(custom).flatMap(([name, ofBoth]) =>
    sides.flatMap((side): readonly Asked[] => {
      const metric = ofBoth[side];
      return metric.provider === 'prometheus' ? [{ name, side, metric }] : [];
    }),
  );
}

/** Values by the start of their period. */
async function valuesOf(
  { name, side, metric }: Asked,
  { from, to, period }: MetricQuestion,
  access: PrometheusAccess,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const values = new Map<number, number>();
  for (let start = from + period; start <= to; start += mostPoints * period) {
    const range = { start, end: Math.min(to, start + (mostPoints - 1) * period), step: period };
    try {
      for (const [at, value] of await ask(metric, range, access, signal)) values.set(at - period, taken(value, metric));
    } catch (error) {
      const reason = messageOf(error);
      throw new Error(`Prometheus could not be asked for ${name} of ${side}: ${reason}`, { cause: error });
    }
  }
  return values;
}

/** Sums over several series differ in their last digits by the order of adding: bad ones must not outnumber all ones by that. */
function taken(value: number, { factor, isCount }: PrometheusSlotMetric): number {
  return isCount ? Number((value * factor).toPrecision(keptDigits)) : value * factor;
}

async function ask(
  { query, server, region }: PrometheusSlotMetric,
  range: Range,
  access: PrometheusAccess,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  if (server === undefined) throw new Error('the spec names no server');
  const { start, end, step } = range;
  const body = new URLSearchParams({ query, start: String(start), end: String(end), step: String(step) }).toString();
  const url = urlOf(server, region, access.origin);
  const plain = { 'content-type': 'application/x-www-form-urlencoded' };
  const headers =
    'workspace' in server
      ? await signedForAps(access.signing, server.region ?? region, url, plain, body)
      : { ...plain, ...(await credentialsFor(server, access)) };
  const answer = await access.post(
    url,
    { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    body,
    signal,
  );
  if (answer.status === 401 || answer.status === 403) forgetCredentials(server, access);
  return valuesIn(answer, range);
}

function urlOf(server: PrometheusServer, region: string, origin: string | undefined): URL {
  const base =
    'workspace' in server
      ? `https://aps-workspaces.${server.region ?? region}.amazonaws.com/workspaces/${server.workspace}`
      : server.url.replace(/\/+$/, '');
  const url = new URL(`${base}/api/v1/query_range`);
  return origin === undefined ? url : new URL(`${origin}${url.pathname}`);
}

async function credentialsFor(
  server: Extract<PrometheusServer, { url: string }>,
  { secrets }: PrometheusAccess,
): Promise<Readonly<Record<string, string>>> {
  if (server.token !== undefined) return { authorization: `Bearer ${headerText(await secrets.read(server.token))}` };
  if (server.basic === undefined) return {};
  const pair = Buffer.from(await secrets.read(server.basic), 'utf8').toString('base64');
  return { authorization: `Basic ${pair}` };
}

/** A secret with a line break at its end is common; within, it would be another header. */
function headerText(secret: string): string {
  const text = secret.trim();
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new Error('the secret of `token` is no bearer token, put one without spaces and line breaks there');
}

function forgetCredentials(server: PrometheusServer, { secrets }: PrometheusAccess): void {
  if ('workspace' in server) return;
  for (const reference of [server.token, server.basic]) if (reference !== undefined) secrets.forget(reference);
}

function rowsOf(answers: readonly (Asked & { readonly values: ReadonlyMap<number, number> })[]): readonly MetricRow[] {
  const times = new Set(answers.flatMap(({ values }) => [...values.keys()]));
  const pointOf = (side: Side, at: number): Datapoint =>
    Object.fromEntries(
      answers.flatMap((answer): [string, number][] => {
        const value = answer.side === side ? answer.values.get(at) : undefined;
        return value === undefined ? [] : [[answer.name, value]];
      }),
    );
  return [...times]
    .sort((left, right) => left - right)
    .map((at) => ({ at, blue: pointOf('blue', at), green: pointOf('green', at) }));
}

/** Does something for each, some at a time; the first failure ends it. */
async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let next = 0; next < items.length; next += atOnce) {
    results.push(...(await Promise.all(items.slice(next, next + atOnce).map(work))));
  }
  return results;
}
