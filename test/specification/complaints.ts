import { formatFinding } from '../../lib/specification/finding.ts';
import { parseSpec } from '../../lib/specification/parse.ts';

/** What the parser says of a text, as `lint` prints it; nothing where it is a good spec. */
export function complaints(text: string): readonly string[] {
  const parsed = parseSpec(text, 'web.yml');
  return parsed.ok ? [] : parsed.findings.map((finding) => formatFinding(finding));
}
