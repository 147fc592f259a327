/** What `sluice doctor` asks about, in the order in which it is told. */
export const topics = ['account', 'stack', 'rights', 'tags', 'trail', 'quotas', 'services'] as const;
export type Topic = (typeof topics)[number];

/**
 * `missing`: something does not work until it is mended. `doubtful`: it works, and somebody should know.
 * `unknown`: it could not be found out, which is neither good nor bad.
 */
export type DiagnosisStatus = 'well' | 'doubtful' | 'missing' | 'unknown';

/** One thing that was asked, and what was found. */
export interface Diagnosis {
  readonly topic: Topic;
  readonly standing: DiagnosisStatus;
  /** What was found, as whole sentences. Names of others are in it as they are: printed through `printable`. */
  readonly says: string;
  /** Commands that mend it, for a POSIX shell, one after the other; none where no command can. */
  readonly mend: readonly string[];
}

/** Returns a result. */
export function diagnosis(
  topic: Topic,
  status: DiagnosisStatus,
  says: string,
  mend: readonly string[] = [],
): Diagnosis {
  return { topic, standing: status, says, mend };
}

/** Returns a text as one word of a POSIX shell, whatever is in it. */
export function shellWord(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Returns what the process exits with: 1 where something is missing, 3 where nothing is but not all could be found out, 0 otherwise.
 */
export function exitCodeOf(found: readonly Diagnosis[]): 0 | 1 | 3 {
  if (found.some(({ standing }) => standing === 'missing')) return 1;
  return found.some(({ standing }) => standing === 'unknown') ? 3 : 0;
}
