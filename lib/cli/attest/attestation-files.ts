import { longestFile } from '../../specification/longest-file.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { whyUnreadable } from '../spec-files.ts';

/** Returns the envelopes of a file, one a line. */
export async function envelopesIn(
  file: string,
  { readFile }: Pick<CliContext, 'readFile'>,
): Promise<readonly string[]> {
  const lines = (await contentOf(file, { readFile })).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/**
 * Returns the text of a file of attestations or keys.
 * @throws CliFailure where it cannot be read, or goes on for too long
 */
export async function contentOf(file: string, { readFile }: Pick<CliContext, 'readFile'>): Promise<string> {
  const text = await readFile(file).catch((error: unknown) => {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}).`);
  });
  if (text.length <= longestFile) return text;
  throw new CliFailure(`${file} is longer than ${String(longestFile)} characters: split it, and name each file.`);
}
