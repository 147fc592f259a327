import type { CheckResult } from '../event-shapes.ts';

/** Returns what a check found as one line: its outcome, what it saw and expected, and how to put it right. */
export function checkLine({ name, passed, result, saw, expected, fix, waived }: CheckResult): string {
  const outcome = passed ? (result ?? 'passed') : (result ?? 'failed').toUpperCase();
  const how = fix === undefined ? '' : `; to fix: ${fix}`;
  const but = waived === undefined ? '' : `; waived by ${waived.by} until ${waived.until}: ${waived.reason}`;
  return `${name}: ${outcome}, saw ${saw}, expected ${expected}${how}${but}`;
}
