import type { Finding } from '../specification/finding.ts';
import type { CliContext } from './cli-context.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'its permissions forbid it',
  EPERM: 'its permissions forbid it',
};

/** Why a file cannot be read; `undefined` for an error that does not come from the file system. */
export function whyUnreadable(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? (reasons[code] ?? code) : undefined;
}

/**
 * The text of a spec file, or the finding that it cannot be read.
 * @param what names what the file is meant to hold
 */
export async function readSpecFile(
  { readFile }: Pick<CliContext, 'readFile'>,
  file: string,
  what = 'a rollout spec',
): Promise<{ readonly text: string } | { readonly finding: Finding }> {
  try {
    return { text: await readFile(file) };
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    const message = `cannot be read (${why}), expected the file of ${what}`;
    return { finding: { file, line: 1, column: 1, severity: 'error', message } };
  }
}
