import * as z from 'zod';
import { parsedJson } from '../../specification/text/parsed-json.ts';
import { printable } from '../../specification/text/plain-text.ts';
import type { HttpAnswer } from './http-post.ts';

/** As much of a server's words as people are shown. */
const longestWords = 200;

const answered = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.literal('matrix'),
    result: z.array(
      z.object({ values: z.array(z.tuple([z.number(), z.string()])).default([]), histograms: z.unknown().optional() }),
    ),
  }),
  warnings: z.array(z.string()).default([]),
});
const failed = z.object({ error: z.string() });

/** The evaluation times of a query: every `step` seconds from `start` to `end`, seconds since the epoch. */
export interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/**
 * Reads what the HTTP API answers to a range query (https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries).
 * NaN and infinities come back as NaN: they are known to say nothing, where a time without a value is not known at all.
 * @returns value by evaluation time, seconds since the epoch; empty where the query gives no series
 * @throws Error, as the end of a sentence, for what is no answer to the question: an error, several series, a part of the data,
 * a time that was not asked for
 */
export function valuesIn({ status, body }: HttpAnswer, { start, end, step }: Range): ReadonlyMap<number, number> {
  const content = parsedJson(body);
  const answer = answered.safeParse(content);
  if (status !== 200 || !answer.success) throw new Error(problemOf(status, content));
  const { data, warnings } = answer.data;
  const [warning] = warnings;
  if (warning !== undefined) throw new Error(`it warns that the answer may not be whole: ${shown(warning)}`);
  if (data.result.length > 1) {
    throw new Error(`the query gives ${data.result.length} series, expected one: put sum(...) or max(...) around it`);
  }
  const [series] = data.result;
  if (series?.histograms !== undefined) throw new Error('the query gives histograms, expected numbers');
  const values = new Map<number, number>();
  for (const [at, text] of series?.values ?? []) {
    const isAsked = at >= start && at <= end && (at - start) % step === 0;
    if (!isAsked) throw new Error(`it answers for a time that was not asked for (${at})`);
    const value = Number(text);
    values.set(at, Number.isFinite(value) && text.trim() !== '' ? value : Number.NaN);
  }
  return values;
}

function problemOf(status: number, content: unknown): string {
  const said = failed.safeParse(content);
  const words = said.success ? `: ${shown(said.data.error)}` : '';
  if (status === 401 || status === 403) return `it refuses the credentials (${status})${words}`;
  if (status >= 300 && status < 400) return `it redirects (${status}), which is not followed; name the server itself`;
  if (status === 200 && !said.success) return 'what it answers is no result of a range query';
  return `it answers ${status}${words}`;
}

function shown(text: string): string {
  return printable(text).slice(0, longestWords);
}
