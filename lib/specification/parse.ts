import { withDriverDefaults } from './driver-defaults.ts';
import { explainedFindings } from './explained-findings.ts';
import type { Finding } from './finding.ts';
import { rolloutSpec, type RolloutSpec } from './rollout-spec.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export type ParsedSpec =
  | { readonly ok: true; readonly spec: RolloutSpec; readonly source: YamlSource }
  | { readonly ok: false; readonly findings: readonly Finding[] };

/**
 * Reads a rollout spec from the text of a YAML file. Whatever the text is, the answer is a spec with all defaults filled in,
 * or findings with line and column, at least one, each an error; it never throws.
 *
 * @param file only names the file in the findings
 */
export function parseSpec(text: string, file: string): ParsedSpec {
  const read = readYaml(text, file);
  if (!read.ok) return read;
  const { source } = read;
  const parsed = rolloutSpec.safeParse(withDriverDefaults(source.value));
  if (parsed.success) return { ok: true, spec: parsed.data, source };
  return { ok: false, findings: explainedFindings(rolloutSpec, parsed.error.issues, source, file) };
}
