import { printable } from './text/plain-text.ts';

/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong (`error`: the spec is refused), doubtful (`warning`) or left out (`hint`) in a file. */
export interface Finding extends Position {
  readonly file: string;
  readonly severity: 'error' | 'warning' | 'hint';
  /** What is wrong, what is expected; one line, without control characters. */
  readonly message: string;
}

/** `<file>:<line>:<column>: what is wrong, what is expected`; a warning and a hint say so behind the position. */
export function formatFinding({ file, line, column, severity, message }: Finding): string {
  return `${printable(file)}:${line}:${column}: ${severity === 'error' ? '' : `${severity}: `}${message}`;
}

const ranks = { error: 0, warning: 1, hint: 2 } as const;

/** In the order of the file, errors before warnings of the same place, nothing twice. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings
    .filter((finding) => {
      const text = formatFinding(finding);
      return !seen.has(text) && seen.add(text);
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column || ranks[a.severity] - ranks[b.severity]);
}
