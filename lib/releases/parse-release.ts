import { explainedFindings } from '../specification/explained-findings.ts';
import type { Finding } from '../specification/finding.ts';
import { readYaml } from '../specification/yaml-source.ts';
import { type ReleaseSpec, releaseSpec } from './release-spec.ts';

export type ParsedRelease =
  { readonly ok: true; readonly release: ReleaseSpec } | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Reads a release from the text of a YAML file. Returns it with all defaults filled in, or findings with line and column, at least
 * one, each an error; never throws.
 *
 * @param file only names the file in the findings
 */
export function parseRelease(text: string, file: string): ParsedRelease {
  const read = readYaml(text, file, 'a release');
  if (!read.ok) return read;
  const { source } = read;
  const parsed = releaseSpec.safeParse(source.value);
  if (parsed.success) return { ok: true, release: parsed.data };
  return { ok: false, findings: explainedFindings(releaseSpec, parsed.error.issues, source, file) };
}
