import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';
import type { PolicyFinding } from './linters.ts';

const accepted = z.array(
  z.strictObject({
    title: z.string(),
    actions: z.array(z.string()).min(1),
    reason: z.string().min(20, 'says in a sentence why it is accepted'),
  }),
);
export type AcceptedFinding = z.output<typeof accepted>[number];

const file = 'serverless/accepted-findings.yml';

/** Findings about policies that stay, each with its reason. */
export async function acceptedFindings(): Promise<readonly AcceptedFinding[]> {
  return accepted.parse(parse(await readFile(path.join(projectRoot, file), 'utf8')));
}

/** What is wrong between findings and the list of what is accepted: the unexplained, and explanations of nothing. */
export function complaintsOf(findings: readonly PolicyFinding[], list: readonly AcceptedFinding[]): readonly string[] {
  const explains = (entry: AcceptedFinding, title: string, action: string) =>
    entry.title === title && entry.actions.some((each) => each.toLowerCase() === action);
  const unexplained = findings.flatMap(({ role, title, actions }) => {
    const open = actions.filter((action) => !list.some((entry) => explains(entry, title, action)));
    if (actions.length > 0 && open.length === 0) return [];
    return [`${role}: ${title} (${open.join(', ')}): narrow the policy, or explain it in ${file}.`];
  });
  const idle = list.flatMap((entry) => {
    const unused = entry.actions.filter(
      (action) =>
        !findings.some(({ title, actions }) =>
          actions.some((each) => explains({ ...entry, actions: [action] }, title, each)),
        ),
    );
    return unused.map((action) => `${file}: "${entry.title}" is not found for ${action} any more; delete it there.`);
  });
  return [...unexplained, ...idle];
}
