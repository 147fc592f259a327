import { printable } from './text/plain-text.ts';

const longestReason = 500;

/**
 * A reason that a person gave, fit to be kept and shown: on one line, without control characters.
 * @returns the mistake where there is one
 */
export function parseReason(text: string): { readonly reason: string } | { readonly mistake: string } {
  const reason = printable(text.trim());
  if (reason === '') return { mistake: 'Expected a reason: a few words for those who read the record.' };
  if (reason.length > longestReason) return { mistake: `Expected a reason of at most ${longestReason} characters.` };
  return { reason };
}
