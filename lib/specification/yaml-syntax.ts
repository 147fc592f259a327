import { isAlias, isCollection, isMap, isPair, isScalar, type Document, type YAMLError } from 'yaml';
import { printable, quote } from './text/plain-text.ts';

/** A mistake in the writing of the file, at an offset into its text. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
}

/** Deeper nesting than any spec needs; what walks a document may recurse that far. */
const deepest = 32;

/** Aliases in a file, and values that they may unfold to, before it counts as a bomb. */
export const mostAliases = 100;
export const tooManyAliases = `its aliases unfold to too much, expected at most ${mostAliases} of them`;

function offsetOf(node: unknown): number {
  return (isScalar(node) || isCollection(node) || isAlias(node) ? node.range?.[0] : undefined) ?? 0;
}

/** Complaints of the parser in words that say what to do; the rest speak for themselves. */
const explained: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAB_AS_INDENT: 'a tab indents this line, expected spaces',
  MULTIPLE_DOCS: 'a second YAML document starts here, expected one spec per file',
  NON_STRING_KEY: 'a list, a map or an alias is used as a key, expected a name',
  RESOURCE_EXHAUSTION: `nested too deeply, expected at most ${deepest} levels`,
};

const expectations: Readonly<Partial<Record<YAMLError['code'], string>>> = {
  TAG_RESOLVE_FAILED: 'a value without a tag',
  BAD_DIRECTIVE: 'no directives',
};

/** What the YAML parser complains about, in words of the form "what is wrong, expected what". */
export function explainYamlError({ code, message, pos }: YAMLError): SyntaxProblem {
  const said = printable(message.slice(0, 200));
  const text = explained[code] ?? `${said}, expected ${expectations[code] ?? 'YAML 1.2'}`;
  return { offset: pos[0], message: text };
}

interface Walk {
  readonly anchors: Set<string>;
  aliases: number;
  readonly problems: SyntaxProblem[];
}

/** Walks without following aliases, so its work is bounded by the length of the file. */
function walk(node: unknown, depth: number, state: Walk): void {
  const { anchors, problems } = state;
  if (isAlias(node)) {
    state.aliases += 1;
    if (state.aliases === mostAliases + 1) problems.push({ offset: offsetOf(node), message: tooManyAliases });
    if (!anchors.has(node.source)) {
      problems.push({
        offset: offsetOf(node),
        message: `alias *${printable(node.source)} stands for nothing above, expected an anchor &${printable(node.source)} before it`,
      });
    }
    return;
  }
  if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined && node.anchor !== '')
    anchors.add(node.anchor);
  if (!isCollection(node)) return;
  if (depth > deepest) {
    problems.push({ offset: offsetOf(node), message: `nested too deeply, expected at most ${deepest} levels` });
    return;
  }
  if (isMap(node))
    repeatedKeys(
      node.items.map((pair) => pair.key),
      problems,
    );
  for (const item of node.items) {
    if (isPair(item)) {
      walk(item.key, depth + 1, state);
      walk(item.value, depth + 1, state);
    } else walk(item, depth + 1, state);
  }
}

/** The parser's own check compares each key with each other one, which takes minutes for a hostile file. */
function repeatedKeys(keys: readonly unknown[], problems: SyntaxProblem[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name))
      problems.push({ offset: offsetOf(key), message: `key ${quote(name)} is written twice, expected each key once` });
    if (name === '__proto__')
      problems.push({
        offset: offsetOf(key),
        message: `key ${quote(name)} is not allowed, expected a field of the spec`,
      });
    if (name === '<<') {
      problems.push({
        offset: offsetOf(key),
        message: 'merge keys are not supported, expected the fields written out',
      });
    }
    seen.add(name);
  }
}

/** What the parser lets pass and a spec must not contain: repeated keys, dangling aliases, deep nesting, old YAML versions. */
export function refusedConstructs(document: Document): readonly SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  const yaml = document.directives?.yaml;
  if (yaml?.explicit === true && yaml.version !== '1.2') {
    problems.push({ offset: 0, message: `the file asks for YAML ${yaml.version}, expected YAML 1.2` });
  }
  walk(document.contents, 1, { anchors: new Set(), aliases: 0, problems });
  return problems;
}
