import type { Options, RRule } from 'rrule';

/** Node sees the library's one module under `default`, a bundler the parts of it. */
interface Library {
  readonly RRule?: typeof RRule;
  readonly default?: { readonly RRule?: typeof RRule };
}

/**
 * Returns the readings of a recurrence rule between two of them, both included, in order. All are milliseconds of readings in UTC: zones are
 * applied afterwards.
 * @param start the rule's first reading, from which it counts; it is one of the rule only where the rule meets it
 * @throws Error where the text is no rule
 */
export async function readingsOfRule(
  text: string,
  start: number,
  from: number,
  to: number,
): Promise<readonly number[]> {
  // Only who has a rule pays for reading the library.
  const library: Library = await import('rrule');
  const Rule = library.RRule ?? library.default?.RRule;
  if (Rule === undefined) throw new Error('The library of recurrence rules has no RRule.');
  const parsed: Partial<Options> = Rule.parseString(text);
  // A rule that names no day at all would be followed for thousands of years.
  const until = new Date(Math.min(to, parsed.until?.getTime() ?? to));
  const rule = new Rule({ ...parsed, dtstart: new Date(start), until });
  return rule.between(new Date(from), new Date(to), true).map((date) => date.getTime());
}
