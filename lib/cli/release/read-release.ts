import { parseRelease } from '../../releases/parse-release.ts';
import type { ReleaseSpec } from '../../releases/release-spec.ts';
import { formatFinding } from '../../specification/finding.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { readSpecFile } from '../spec-files.ts';

/**
 * Reads the file of a release.
 * @throws CliFailure where something is wrong with it, after each finding was written to stderr
 */
export async function readRelease(file: string, context: CliContext): Promise<ReleaseSpec> {
  const read = await readSpecFile(context, file, 'a release');
  const parsed = 'finding' in read ? { ok: false as const, findings: [read.finding] } : parseRelease(read.text, file);
  if (parsed.ok) return parsed.release;
  for (const finding of parsed.findings) context.err(formatFinding(finding));
  throw new CliFailure('This is no release. Correct what is reported above, then do this again.');
}
