import type * as z from 'zod';
import { explainIssues } from './explain-issue.ts';
import { type Finding, sortFindings } from './finding.ts';
import { plainMessage } from './text/plain-text.ts';
import type { YamlSource } from './yaml-source.ts';

/**
 * Returns what a schema refused in a file, each an error with its line and column, in the order of the file.
 * @param file only names the file in the findings
 */
export function explainedFindings(
  schema: z.core.$ZodType,
  issues: readonly z.core.$ZodIssue[],
  source: YamlSource,
  file: string,
): readonly Finding[] {
  return sortFindings(
    explainIssues(schema, issues, source.value).map(({ path, at, message }): Finding => ({
      file,
      ...source.positionOf(path, at),
      severity: 'error',
      message: plainMessage(message),
    })),
  );
}
