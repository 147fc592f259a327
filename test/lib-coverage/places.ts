import { createRequire } from 'node:module';
import type * as Typescript from 'typescript';

// Loaded when the first file is counted: a run of some tests counts nothing, and does not pay for it.
const require = createRequire(import.meta.url);
let loaded: typeof Typescript | undefined;

/** What runs or does not: a statement, what an arrow function returns, or a branch of a condition. */
export interface Place {
  readonly kind: 'statement' | 'branch';
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
}

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The name of the table in which a file notes what has run. */
const table = '__sluiceRan';

/** The function that every context gets: it returns the table of a file, a byte for each of its places. */
export const tableOf = '__sluiceTableOf';

/** Returns the places of a TypeScript file, in the order in which the counted file numbers them. */
export function placesOf(source: string): readonly Place[] {
  return marked(source).places;
}

/**
 * Returns the file with a note at each of its places: `name` is what its table is asked for by. Lines stay where they are, so
 * that errors name the same ones. A file without places is returned as it is.
 */
export function counted(source: string, name: string): string {
  const { places, insertions } = marked(source);
  if (places.length === 0) return source;
  const parts = [`const ${table}=globalThis.${tableOf}(${JSON.stringify(name)},${places.length});`];
  let done = 0;
  for (const { at, text } of insertions) {
    parts.push(source.slice(done, at), text);
    done = at;
  }
  return [...parts, source.slice(done)].join('');
}

interface Marks {
  readonly places: Place[];
  readonly insertions: readonly Insertion[];
}

function marked(source: string): Marks {
  const ts = (loaded ??= require('typescript') as typeof Typescript);
  const file = ts.createSourceFile('file.ts', source, ts.ScriptTarget.ES2024, true);
  const places: Place[] = [];
  const before: Insertion[] = [];
  const after: Insertion[] = [];
  const note = (node: Typescript.Node, kind: Place['kind']) => {
    places.push({ kind, start: node.getStart(file), end: node.getEnd() });
    return `${table}[${places.length - 1}]=1`;
  };
  const wrap = (
    node: Typescript.Node,
    kind: Place['kind'],
    [open, between, close]: readonly [string, string, string],
  ) => {
    before.push({ at: node.getStart(file), text: `${open}${note(node, kind)}${between}` });
    visit(node);
    // What is closed later was opened earlier: it comes behind what it contains.
    after.push({ at: node.getEnd(), text: close });
  };
  const expression = (node: Typescript.Expression, kind: Place['kind']) => {
    wrap(node, kind, ['(', ',', ')']);
  };
  const statements = (nodes: readonly Typescript.Statement[]) => {
    for (const node of nodes) {
      if (runs(ts, node)) before.push({ at: node.getStart(file), text: `${note(node, 'statement')};` });
      visit(node);
    }
  };
  const branch = (node: Typescript.Statement | undefined) => {
    if (node === undefined) return;
    if (ts.isBlock(node)) visit(node);
    else wrap(node, 'statement', ['{', ';', '}']);
  };
  const visit = (node: Typescript.Node): void => {
    if (ts.isSourceFile(node) || ts.isBlock(node) || ts.isCaseOrDefaultClause(node)) {
      if (ts.isCaseClause(node)) visit(node.expression);
      statements(node.statements);
    } else if (ts.isIfStatement(node)) {
      visit(node.expression);
      branch(node.thenStatement);
      branch(node.elseStatement);
    } else if (ts.isIterationStatement(node, false)) {
      node.forEachChild((child) => {
        if (child === node.statement) branch(node.statement);
        else visit(child);
      });
    } else if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      for (const parameter of node.parameters) visit(parameter);
      expression(node.body, 'statement');
    } else if (ts.isConditionalExpression(node)) {
      visit(node.condition);
      expression(node.whenTrue, 'branch');
      expression(node.whenFalse, 'branch');
    } else if (ts.isBinaryExpression(node) && isChoice(ts, node)) {
      visit(node.left);
      expression(node.right, 'branch');
    } else if (!ts.isTypeNode(node)) node.forEachChild(visit);
  };
  visit(file);
  return { places, insertions: inOrder(before, after) };
}

/** Insertions by offset; what ends at an offset comes before what begins there. */
function inOrder(before: readonly Insertion[], after: readonly Insertion[]): readonly Insertion[] {
  return [
    ...after.map((one, index) => ({ ...one, rank: 0, index })),
    ...before.map((one, index) => ({ ...one, rank: 1, index })),
  ]
    .sort((a, b) => a.at - b.at || a.rank - b.rank || a.index - b.index)
    .map(({ at, text }) => ({ at, text }));
}

/**
 * Whether what is on the right runs only where the left asks for it. `values[index] ?? 0` is none: the compiler wants a value
 * where an index may be outside, which is known not to be.
 */
function isChoice({ SyntaxKind: kind }: typeof Typescript, node: Typescript.BinaryExpression): boolean {
  const operator = node.operatorToken.kind;
  if (operator === kind.QuestionQuestionToken) return !isPlain(node.right.getText());
  return [
    kind.AmpersandAmpersandToken,
    kind.BarBarToken,
    kind.AmpersandAmpersandEqualsToken,
    kind.BarBarEqualsToken,
    kind.QuestionQuestionEqualsToken,
  ].some((choice) => choice === operator);
}

/** A number, an empty text, list or object, or one of the words that stand for nothing. */
function isPlain(code: string): boolean {
  return /^(-?[\d_.]+|(Number\.)?(NaN|-?Infinity|NEGATIVE_INFINITY|POSITIVE_INFINITY)|''|\[\]|\{\}|undefined|true|false)$/.test(
    code,
  );
}

/** Whether a statement does anything when it is reached. */
function runs(ts: typeof Typescript, node: Typescript.Statement): boolean {
  return !(
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isModuleDeclaration(node) ||
    ts.isBlock(node)
  );
}
