import type * as z from 'zod';
import { nearName } from './near-name.ts';
import { describePath, describeValue, printable, quote } from './text/plain-text.ts';
import { branchesOf, keysOf, schemasAt, wordsOf } from './schema-fields.ts';

/** One mistake and where it is: at the value of `path`, or at its last part, a key that should not be there. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly at: 'value' | 'key';
  readonly message: string;
  /** Of a key that should not be there: the one that was probably meant. */
  readonly meant?: string | undefined;
}

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'a map',
  array: 'a list',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

/** A file full of nonsense need not be explained to its end. */
const mostProblems = 50;

const units: Readonly<Record<string, string>> = { array: ' entries', string: ' characters' };

/** The value at a path of the parsed file; `undefined` where there is none. */
function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return Object.getOwnPropertyDescriptor(value, part)?.value;
  }, root);
}

/** The half of a message that says what would be right; the schema's own words where it has some. */
function expectation(issue: Issue, path: readonly PropertyKey[], schema: Schema): string | undefined {
  if (issue.message.startsWith('expected ')) return issue.message;
  if (issue.code === 'invalid_type' && issue.expected === 'object')
    return `expected a map with ${listKeys(schema, path)}`;
  if (issue.code === 'invalid_type') return `expected ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}${units[issue.origin] ?? ''}`;
  if (issue.code === 'too_big') return `expected at most ${issue.maximum}${units[issue.origin] ?? ''}`;
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}`;
  return undefined;
}

function complaint(issue: Issue, path: readonly PropertyKey[], schema: Schema, root: unknown): string {
  if (issue.message.includes(', expected ')) return issue.message;
  const value = valueAt(root, path);
  const name = describePath(path);
  const expected = expectation(issue, path, schema);
  if (expected === undefined) return `${name} is ${describeValue(value)}: ${issue.message}`;
  if (value === undefined && path.length > 0) return `${name} is missing, ${expected}`;
  if (issue.code === 'invalid_union' && isMap(value)) {
    const keys = Object.keys(value)
      .slice(0, 10)
      .map((key) => printable(key).slice(0, 40));
    return `${name} has ${keys.length === 0 ? 'no keys' : `the keys ${keys.join(', ')}`}, ${expected}`;
  }
  const unquoted = (typeof value === 'number' || typeof value === 'boolean') && expectsText(issue);
  const hint = hintOf(meantWord(issue, path, schema, value));
  return `${name} is ${describeValue(value)}${hint}, ${expected}${unquoted ? ` (put it in quotes: "${String(value)}")` : ''}`;
}

function expectsText(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.expected === 'string' && !issue.message.includes('unit');
}

function listKeys(schema: Schema, path: readonly PropertyKey[]): string {
  return [...new Set(schemasAt(schema, path).flatMap((each) => keysOf(each)))].join(', ');
}

function branchesAt(schema: Schema, path: readonly PropertyKey[]): readonly Schema[] {
  return schemasAt(schema, path).flatMap((each) => branchesOf(each));
}

/** Keys of one branch of a union that no other branch has. */
function ownKeys(branch: Schema, union: readonly Schema[]): readonly string[] {
  const shared = new Set(union.flatMap((other) => (other === branch ? [] : keysOf(other))));
  return keysOf(branch).filter((key) => !shared.has(key));
}

function unknownKey(key: string, path: readonly PropertyKey[], schema: Schema): Problem {
  const branches = branchesAt(schema, path);
  const keys = branches.flatMap((branch) => keysOf(branch));
  const at = { path: [...path, key], at: 'key' } as const;
  if (keys.includes(key)) {
    const either = branches.map((branch) => ownKeys(branch, branches).join(' and ')).join(', or ');
    return {
      ...at,
      message: `${quote(key)} does not go with the other keys of ${describePath(path)}, expected either ${either}`,
    };
  }
  const near = nearName(key, keys);
  const place = path.length === 0 ? '' : ` in ${describePath(path)}`;
  const message = `unknown key ${quote(key)}${place}${hintOf(near)}, expected one of ${listKeys(schema, path)}`;
  return { ...at, message, meant: near };
}

function hintOf(near: string | undefined): string {
  return near === undefined ? '' : ` (did you mean ${near}?)`;
}

/** The word of a closed set that was probably meant; the type of a channel, too, is one of a few words. */
function meantWord(issue: Issue, path: readonly PropertyKey[], schema: Schema, value: unknown): string | undefined {
  const isClosed = issue.code === 'invalid_value' || issue.code === 'invalid_union';
  if (!isClosed || typeof value !== 'string') return undefined;
  return nearName(value, schemasAt(schema, path).flatMap(wordsOf));
}

/** A key that is written wrong is missing under its right name: that is said once. */
function withoutMeant(problems: readonly Problem[], root: unknown): readonly Problem[] {
  const meant = new Set(
    problems.flatMap((one) => (one.meant === undefined ? [] : [describePath([...one.path.slice(0, -1), one.meant])])),
  );
  return problems.filter(
    ({ path, at }) => at === 'key' || valueAt(root, path) !== undefined || !meant.has(describePath(path)),
  );
}

/** The branch that the author had in mind; `undefined` where the keys point to none, or to more than one. */
function meantBranch(union: readonly Schema[], value: unknown): number | undefined {
  if (!isMap(value)) return undefined;
  const known = union.flatMap((branch) => keysOf(branch));
  const written = Object.keys(value).slice(0, mostProblems);
  const resembling = union.flatMap((branch, index) => {
    const own = ownKeys(branch, union);
    return written.some((key) => own.includes(key) || (!known.includes(key) && nearName(key, own) !== undefined))
      ? [index]
      : [];
  });
  return resembling.length === 1 ? resembling[0] : undefined;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: readonly PropertyKey[],
  schema: Schema,
  root: unknown,
): readonly Problem[] {
  const branches = branchesAt(schema, path);
  const meant = branches.length === issue.errors.length ? meantBranch(branches, valueAt(root, path)) : undefined;
  const inBranch = meant === undefined ? undefined : issue.errors[meant];
  if (inBranch !== undefined) return inBranch.flatMap((each) => explain(each, path, schema, root));
  return [{ path, at: 'value', message: complaint(issue, path, schema, root) }];
}

function explain(issue: Issue, prefix: readonly PropertyKey[], schema: Schema, root: unknown): readonly Problem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, mostProblems).map((key) => unknownKey(key, path, schema));
  if (issue.code === 'invalid_union') return explainUnion(issue, path, schema, root);
  return [{ path, at: 'value', message: complaint(issue, path, schema, root) }];
}

/**
 * The issues that a schema has with a value, in words of the form "what is wrong, expected what". A message of the schema
 * that starts with `expected` gets the other half here; one that contains `, expected` is kept. Of a union, the branch is
 * explained whose own keys were written.
 */
export function explainIssues(schema: Schema, issues: readonly Issue[], value: unknown): readonly Problem[] {
  const problems = issues.slice(0, mostProblems).flatMap((issue) => explain(issue, [], schema, value));
  return withoutMeant(problems, value).slice(0, mostProblems);
}
