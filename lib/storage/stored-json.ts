import type * as z from 'zod';
import { NewerRecord } from '../ports/newer-record.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';
import { KeptByText } from './kept-by-text.ts';
import { isRecord } from '../specification/text/is-record.ts';

/** The newest form of what is stored; a number without a field `schema` counts as 1. It grows when older versions must not read it. */
const newestSchema = 1;

/** Makes a value of one schema number into one of the next. It works on a copy: what is stored is never rewritten. */
type Migration = (older: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** How to read one kind of stored value. */
export interface StoredKind<Value> {
  readonly form: z.ZodType<Value, Value>;
  /** From schema 1 to 2, from 2 to 3, and so on. */
  readonly migrations?: readonly Migration[];
  /** Names what a newer version added that cannot be read around; nothing where all is known. */
  readonly unknownIn?: (value: Readonly<Record<string, unknown>>) => string | undefined;
}

/** A text attribute; an item without it was not written by this product. */
export function stringOf(item: Readonly<Record<string, unknown>>, attribute: string): string {
  const value = item[attribute];
  if (typeof value !== 'string') {
    throw new Error(`${nameOf(item)} has no text attribute ${attribute}; the table was edited by hand.`);
  }
  return value;
}

const checkedBefore = new WeakMap<object, KeptByText<unknown>>();

/**
 * Returns the value that an item's attribute holds as JSON, checked; fields that this version does not know are kept. The same text
 * is checked once for a kind, and gives the same value each time: nothing that was read is changed in place.
 * @throws NewerRecord where a newer version of the product wrote it
 * @throws Error where it is not what the product writes
 */
export function storedJson<Value>(
  item: Readonly<Record<string, unknown>>,
  attribute: string,
  kind: StoredKind<Value>,
): Value {
  const { form, migrations = [], unknownIn } = kind;
  const text = stringOf(item, attribute);
  const known = checkedBefore.get(kind)?.get(text);
  if (isOfKind(kind, known)) return known;
  const newer = (found: string) => new NewerRecord(nameOf(item), found);
  const value = migrated(parsedJson(text), migrations, newer);
  const unknown = isRecord(value) ? unknownIn?.(value) : undefined;
  if (unknown !== undefined) throw newer(unknown);
  const result = form.safeParse(value);
  if (isChecked(value, result)) {
    keep(kind, text, value);
    return value;
  }
  const [issue] = result.error?.issues ?? [];
  const where = [attribute, ...(issue?.path ?? [])].map(String).join('.');
  throw new Error(
    `${nameOf(item)} is not what Sluice writes: ${where}: ${issue?.message ?? 'it cannot be read'}. A newer version of Sluice wrote it (deploy that version), or the table was edited by hand (put the item back from a point-in-time recovery of the table).`,
  );
}

/** Returns what names an event of a newer version in a stored record, by the types that this version knows. */
export function unknownEventOf(isKnown: (type: string) => boolean): NonNullable<StoredKind<unknown>['unknownIn']> {
  return ({ event }) => {
    const type = isRecord(event) ? event['type'] : undefined;
    return typeof type !== 'string' || isKnown(type) ? undefined : `an event ${type}`;
  };
}

function keep(kind: object, text: string, value: unknown): void {
  const kept = checkedBefore.get(kind) ?? new KeptByText<unknown>();
  checkedBefore.set(kind, kept);
  kept.keep(text, value);
}

/** What is kept for a kind was checked as one; what is not kept is `undefined`, which no text gives. */
function isOfKind<Value>(_kind: StoredKind<Value>, value: unknown): value is Value {
  return value !== undefined;
}

/** The form changes nothing, so what was checked is the value itself. */
function isChecked<Value>(_value: unknown, result: z.ZodSafeParseResult<Value>): _value is Value {
  return result.success;
}

function migrated(value: unknown, migrations: readonly Migration[], newer: (found: string) => Error): unknown {
  if (!isRecord(value)) return value;
  const newest = newestSchema + migrations.length;
  const written = value['schema'] ?? 1;
  if (typeof written !== 'number') return value;
  if (written > newest) throw newer(`schema ${written}`);
  return migrations.slice(written - 1).reduce((older, migration) => migration(older), value);
}

function nameOf(item: Readonly<Record<string, unknown>>): string {
  return 'pk' in item ? `Item ${String(item['pk'])} / ${String(item['sk'])}` : `Item ${String(item['id'])}`;
}
