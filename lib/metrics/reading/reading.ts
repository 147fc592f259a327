import * as z from 'zod';

/** Fields that a team's metric has with every provider: what its numbers are, and what a missing one means. */
export const reading = {
  unit: z
    .enum(['count', 'seconds', 'milliseconds', 'percent', 'share'])
    .default('count')
    .describe('What its numbers are. Limits are written as counts, durations (`2s`) or percentages (`95%`)'),
  missing: z
    .enum(['no-data', 'zero'])
    .default('no-data')
    .describe(
      'What a missing datapoint means while the slot had requests: nothing is known, or nothing happened. Without requests it is never zero',
    ),
};

interface Written {
  readonly unit: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'share';
  readonly missing: 'no-data' | 'zero';
}

/** How the numbers of a metric are taken. */
export interface Reading {
  /** What its numbers are multiplied by: seconds of milliseconds, a share of percent. */
  readonly factor: number;
  /** Whether a missing datapoint is a zero while the slot had requests. */
  readonly zeroWhenMissing: boolean;
}

const factors: Readonly<Partial<Record<Written['unit'], number>>> = { milliseconds: 0.001, percent: 0.01 };

export function readingOf({ unit, missing }: Written): Reading {
  return { factor: factors[unit] ?? 1, zeroWhenMissing: missing === 'zero' };
}

/** What stands for the names of a slot in a metric, by placeholder: `service`, `slot`, `cluster` and more. */
export type SlotWords = Readonly<Record<string, string>>;

/** A text with its placeholders, such as `{service}`, replaced; a word that nobody knows is left as it is. */
export function withWords(text: string, words: SlotWords): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, word: string) =>
    Object.hasOwn(words, word) ? (words[word] ?? whole) : whole,
  );
}

/** Something about a metric that the schema allows, and that will not do what its author expects. */
export interface MetricDoubt {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A metric as it is read for each slot, and what else decides whether it can be judged. */
export interface MetricOfBoth<SlotMetric> {
  readonly name: string;
  readonly a: SlotMetric;
  readonly b: SlotMetric;
  /** Length of a datapoint, as a number and in words. */
  readonly period: { readonly seconds: number; readonly shown: string };
}
