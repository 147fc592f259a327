import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import ts from 'typescript';
import { projectRoot } from '../../local/stack/project-root.ts';

/** Names that others hold: they are stored, or are written in specs, so fields keep them. Nothing else is called so. */
const keptNames = new Set(['standing', 'wayBack', 'interference']);
/** Comments name fields of a spec as they are written. */
const keptInComments = [/`timeouts\.interference`/g];

/** Words in code in the column "not": what no identifier and no comment says. */
function heldWords(glossary: string): readonly string[] {
  return glossary
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .flatMap((line) => [...(line.split(' | ').at(-1) ?? '').matchAll(/`([a-z ]+)`/g)].map(([, word = '']) => word));
}

interface Said {
  readonly identifiers: ReadonlySet<string>;
  readonly comments: readonly string[];
}

function saidIn(file: string, text: string): Said {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const identifiers = new Set<string>();
  const comments = new Map<number, string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && !(keptNames.has(node.text) && isField(node))) identifiers.add(node.text);
    for (const { pos, end } of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []) {
      comments.set(pos, text.slice(pos, end).replaceAll(/\s+(\*(?!\/))?\s*/g, ' '));
    }
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return { identifiers, comments: [...comments.values()] };
}

/** Whether a name is a field, or what was read from one: neither a variable, a parameter nor a function has it as its own. */
function isField(name: ts.Identifier): boolean {
  const { parent } = name;
  const names = ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isFunctionLike(parent);
  return !(names && parent.name === name);
}

/** `lookAtBlue` as "look at blue". */
function wordsOf(identifier: string): string {
  return identifier.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

/** Where a word of the glossary's column "not" stands, with the word. */
function findings(words: readonly string[], file: string, { identifiers, comments }: Said): readonly string[] {
  const patterns = words.map((word) => [word, new RegExp(`\\b${word}\\b`, 'i')] as const);
  const names = [...identifiers];
  const texts = comments.map((comment) => keptInComments.reduce((rest, kept) => rest.replaceAll(kept, ''), comment));
  return patterns.flatMap(([word, pattern]) => [
    ...names.filter((name) => pattern.test(wordsOf(name))).map((name) => `${file}: ${name} has "${word}"`),
    ...texts.filter((text) => pattern.test(text)).map((text) => `${file}: ${text.slice(0, 80)} has "${word}"`),
  ]);
}

const read = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8');
const sources = ['lib', 'functions'].flatMap((folder) =>
  readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`),
);

describe('the words of the glossary', () => {
  let words: readonly string[] = [];

  beforeAll(() => {
    words = heldWords(read('docs/glossary.md'));
  });

  test('are used in identifiers and comments: none has another one in its place', () => {
    const found = sources.flatMap((file) => findings(words, file, saidIn(file, read(file))));

    expect(found).toEqual([]);
  });

  test('are held in names of several words, in comments of several lines, and not in what is stored', () => {
    const text =
      '/** The\n * way back. */\nconst wayBackNow = 1;\nconst kept = { wayBack: 1, downtimes: 2, downtime: 3 };';

    expect(findings(words, 'a.ts', saidIn('a.ts', text))).toEqual([
      'a.ts: wayBackNow has "way back"',
      'a.ts: /** The way back. */ has "way back"',
      'a.ts: downtime has "downtime"',
    ]);
    expect(findings(words, 'a.ts', saidIn('a.ts', 'const standing = one(({ standing: is }) => is);'))).toEqual([
      'a.ts: standing has "standing"',
    ]);
    expect(findings(words, 'a.ts', saidIn('a.ts', 'const { standing } = read; show({ standing });'))).toEqual([]);
    expect(words.length).toBeGreaterThan(15);
  });
});
