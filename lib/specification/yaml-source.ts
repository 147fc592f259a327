import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { Finding, Position } from './finding.ts';
import { describeValue } from './text/plain-text.ts';
import { explainYamlError, mostAliases, refusedConstructs, tooManyAliases, type SyntaxProblem } from './yaml-syntax.ts';
import { longestFile } from './longest-file.ts';
import { isRecord } from './text/is-record.ts';

/** Reporting each consequence of one missing bracket helps nobody. */
const mostSyntaxProblems = 10;

/** A map read from a YAML file, and where its parts stand. */
export interface YamlSource {
  readonly value: Readonly<Record<string, unknown>>;
  /** Where the value at a path, or the key that names it, starts; the nearest thing around it where it is missing. */
  positionOf(path: readonly PropertyKey[], at: 'value' | 'key'): Position;
}

export type ReadYaml =
  { readonly ok: true; readonly source: YamlSource } | { readonly ok: false; readonly findings: readonly Finding[] };

interface Step {
  readonly key: unknown;
  readonly value: unknown;
}

function stepInto(node: unknown, part: PropertyKey, document: Document): Step | undefined {
  const target = isAlias(node) ? node.resolve(document) : node;
  if (isMap(target)) {
    const pair = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
    return pair === undefined ? undefined : { key: pair.key, value: pair.value };
  }
  if (isSeq(target) && typeof part === 'number' && part < target.items.length) {
    return { key: target.items[part], value: target.items[part] };
  }
  return undefined;
}

function offsetOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

/** An empty value has no place of its own: its key is where the author looks. */
function isEmptyScalar(node: unknown): boolean {
  return node === null || (isScalar(node) && node.value === null && node.source === '');
}

function offsetAt(document: Document, path: readonly PropertyKey[], at: 'value' | 'key'): number {
  let here: Step = { key: document.contents, value: document.contents };
  for (const [index, part] of path.entries()) {
    const next = stepInto(here.value, part, document);
    if (next === undefined) return offsetOf(here.value) ?? offsetOf(here.key) ?? 0;
    here = next;
    if (index === path.length - 1 && (at === 'key' || isEmptyScalar(here.value))) return offsetOf(here.key) ?? 0;
  }
  return offsetOf(here.value) ?? offsetOf(here.key) ?? 0;
}

/** Counted here: the parser's own counter misses line ends inside what it does not expect. */
function positionIn(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function plainValue(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (error) {
    // The one error that is left: too many aliases, a file that would unfold to gigabytes.
    if (error instanceof ReferenceError) return error;
    throw error;
  }
}

/**
 * Reads one map from the text of a YAML 1.2 file (core schema, no merge keys). Everything a spec needs no more of is refused:
 * several documents, tags, repeated keys, tabs, deep nesting, anchors that multiply, files above `longestFile`.
 *
 * @param what names what the file is meant to hold
 */
export function readYaml(text: string, file: string, what = 'a rollout spec'): ReadYaml {
  if (text.length > longestFile) {
    const message = `the file has more than ${longestFile / 1024} KB, expected a spec of a few`;
    return { ok: false, findings: [{ file, line: 1, column: 1, severity: 'error', message }] };
  }
  const plain = text.replace(/^\uFEFF/, '');
  const document = parseDocument(plain, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const positionAt = (offset: number) => positionIn(plain, offset);
  const refuse = (problems: readonly SyntaxProblem[]): ReadYaml => ({
    ok: false,
    findings: problems
      .slice(0, mostSyntaxProblems)
      .map(({ offset, message }) => ({ file, ...positionAt(offset), severity: 'error', message })),
  });

  // What stands for a byte that is no UTF-8, wherever the file was read.
  const foreign = plain.indexOf('\uFFFD');
  if (foreign !== -1)
    return refuse([{ offset: foreign, message: 'a byte that is no UTF-8, expected a file in UTF-8' }]);

  // The parser takes it for text, so that all of the file may be one comment.
  const loneReturn = plain.search(/\r(?!\n)/);
  if (loneReturn !== -1)
    return refuse([{ offset: loneReturn, message: 'a line that ends in CR alone, expected LF or CR LF' }]);

  const complaints = [...document.errors, ...document.warnings];
  const exhausted = complaints.filter(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const problems = (exhausted.length > 0 ? exhausted.slice(0, 1) : complaints).map((error) => explainYamlError(error));
  if (problems.length === 0) problems.push(...refusedConstructs(document));
  if (problems.length > 0) return refuse(problems);
  const value = plainValue(document);
  if (value instanceof ReferenceError) {
    return refuse([{ offset: 0, message: tooManyAliases }]);
  }
  if (!isRecord(value)) {
    const found = value === null ? 'the file is empty' : `the file holds ${describeValue(value)}`;
    return refuse([
      {
        offset: offsetOf(document.contents) ?? 0,
        message: `${found}, expected a map with the fields of ${what}`,
      },
    ]);
  }
  return { ok: true, source: { value, positionOf: (path, at) => positionAt(offsetAt(document, path, at)) } };
}
