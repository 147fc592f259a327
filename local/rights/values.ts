import type ts from 'typescript';

/** Stands in a text for what is not known before the product runs. */
export const unknownPart = '\uFFFD';

/** Where a value was made: the same function, called for two adapters, makes two. */
export type Context = string;

export interface Thing {
  readonly kind: 'thing';
  /** An object of the product: it has no methods but its own. All others are collections, whose methods are the language's. */
  readonly isRecord: boolean;
  /** Values by key; `*` holds those whose key is not known, such as the elements of an array. */
  readonly fields: Map<string, Values>;
}

export interface Closure {
  readonly kind: 'closure';
  readonly node: ts.FunctionLikeDeclaration;
  readonly context: Context;
}

/** `new XCommand(input)` of an AWS SDK client. */
export interface Command {
  readonly kind: 'command';
  /** The package without `@aws-sdk/`. */
  readonly client: string;
  readonly operation: string;
  readonly input: Values;
  readonly place: string;
}

/** A text with unknown parts. */
export interface Text {
  readonly kind: 'text';
  readonly text: string;
}

/** Something of which only its existence is known: data that arrives at run time, or code of a dependency. */
export interface Unknown {
  readonly kind: 'unknown';
  /** The last two fields of something unknown that it was read from, such as `state.executionArn`. */
  readonly field?: string;
}

export type Value = Thing | Closure | Command | Text | Unknown;

const mostTexts = 40;

/** What an expression can be: a set that only grows. */
export class Values {
  readonly #members = new Map<string | object, Value>();
  readonly #grew: () => void;
  #texts = 0;

  constructor(grew: () => void) {
    this.#grew = grew;
  }

  add(value: Value): void {
    const known =
      value.kind === 'text' && this.#texts >= mostTexts ? ({ kind: 'text', text: unknownPart } as const) : value;
    const key =
      known.kind === 'text'
        ? known.text
        : known.kind === 'unknown'
          ? `${unknownPart}${unknownPart}${known.field ?? ''}`
          : known;
    if (this.#members.has(key)) return;
    if (known.kind === 'text') this.#texts += 1;
    this.#members.set(key, known);
    this.#grew();
  }

  addAll(others: Iterable<Value>): void {
    for (const value of [...others]) this.add(value);
  }

  [Symbol.iterator](): IterableIterator<Value> {
    return this.#members.values();
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }
}

/** Everything that a key of some values can hold; of every key where none is named. */
export function fieldsOf(values: Iterable<Value>, key?: string): readonly Value[] {
  const found = new Set<Value>();
  for (const value of values) {
    if (value.kind === 'unknown') found.add(fieldOf(value, key));
    if (value.kind !== 'thing') continue;
    for (const [name, held] of value.fields) {
      if (key !== undefined && name !== key && name !== '*') continue;
      for (const one of held) found.add(one.kind === 'unknown' && one.field === undefined ? fieldOf(one, key) : one);
    }
  }
  return [...found];
}

const named = new Map<string, Unknown>();

function fieldOf(value: Unknown, key: string | undefined): Unknown {
  if (key === undefined) return value;
  const of = value.field?.split('.').at(-1);
  const field = of === undefined ? key : `${of}.${key}`;
  const known = named.get(field);
  if (known !== undefined) return known;
  const made: Unknown = { kind: 'unknown', field };
  named.set(field, made);
  return made;
}

/** The texts among some values; what is not known is one unknown text. */
export function textsOf(values: Iterable<Value>): readonly string[] {
  return [...new Set([...values].map((value) => (value.kind === 'text' ? value.text : unknownPart)))];
}
