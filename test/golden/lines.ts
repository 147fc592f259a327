import { createHash } from 'node:crypto';
import { changeOf, isNamed, plain } from './values.ts';

/** Longer values stand once in the dictionary, and as their hash where they are used. */
const longestInline = 300;

/**
 * Lines of a record. Values are written as JSON with their keys in order: whole the first time, later what is otherwise than the
 * last one of their kind. A long one is written once, under its hash, however many lines have it.
 */
export class Lines {
  readonly #values: Map<string, string>;
  /** Values and texts are hashes alone, and requests that change nothing are left out. */
  readonly isBrief: boolean;
  readonly #last = new Map<string, unknown>();
  readonly all: string[] = [];

  /** @param values the dictionary of long values, by their hash; several records may share it */
  constructor(values: Map<string, string>, isBrief = false) {
    this.#values = values;
    this.isBrief = isBrief;
  }

  /**
   * Adds one line: some words, and a value where one is given.
   * @param kind what a value is compared with: the last one of the same kind
   */
  add(words: string, value?: unknown, kind?: string): void {
    this.all.push(normalised(value === undefined ? words : `${words} ${this.#written(plain(value), kind)}`));
  }

  /** Adds text as it is, line by line, below some words. */
  text(words: string, text: string): void {
    if (this.isBrief) {
      this.add(words, text);
      return;
    }
    this.add(words);
    for (const line of text.split('\n')) this.all.push(normalised(`  | ${line}`).trimEnd());
  }

  #written(value: unknown, kind: string | undefined): string {
    if (this.isBrief) return hashOf(normalised(JSON.stringify(value)), 8);
    if (kind === undefined) return this.#json(value);
    const before = this.#last.get(kind);
    this.#last.set(kind, value);
    return before === undefined ? this.#json(value) : `~ ${this.#json(changeOf(before, value) ?? {})}`;
  }

  #json(value: unknown): string {
    return JSON.stringify(this.#shortened(value, true));
  }

  #shortened(value: unknown, isOutermost = false): unknown {
    const parts = this.#withShortParts(value);
    const text = JSON.stringify(parts);
    return isOutermost || text.length <= longestInline ? parts : this.#named(text);
  }

  #withShortParts(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((part) => this.#shortened(part));
    if (!isNamed(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, this.#shortened(part)]));
  }

  #named(text: string): string {
    const written = normalised(text);
    const name = `@${hashOf(written, 12)}`;
    this.#values.set(name, written);
    return name;
  }
}

/**
 * Returns the lines of a brief record with what stands together on one line: requests of one task, messages of one delivery, and
 * a line that is repeated.
 */
export function folded(lines: readonly string[]): readonly string[] {
  const groups: { head: string; times: number; below: string[] }[] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const isRepeated = last?.below.length === 0 && withoutTime(last.head) === withoutTime(line);
    if (line.startsWith(' ') && last !== undefined) last.below.push(line);
    else if (isRepeated) last.times += 1;
    else groups.push({ head: line, times: 1, below: [] });
  }
  return groups.map(({ head, times, below }) => {
    const names = [...new Set(below.map((line) => line.trim().replace(/ [0-9a-f]{8}$/, '')))];
    const requests = below.length === 0 ? '' : ` | ${names.join(', ')} ${hashOf(below.join('\n'), 8)}`;
    return `${head}${times === 1 ? '' : ` (${String(times)} times)`}${requests}`;
  });
}

function withoutTime(line: string): string {
  return line.replace(/^\+[\d.]+s /, '');
}

function hashOf(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** What is the same in every ARN and digest of the model, and what stands for it; paths of files, which may be moved. */
const replacements: readonly (readonly [RegExp, string])[] = [
  [/\b(functions|lib|test)\/[\w./-]+\.ts(:\d+)*/g, '<file>'],
  [/(?:\\n|\n)\s+at [^\n"\\]+/g, ''],
  [/(name="nonce" value=")[\w-]+/g, '$1<nonce>'],
  [/0123456789abcdef/g, '~'],
  [/0123456789ab(?=\d{4})/g, '~'],
  [/arn:aws:(\w+):eu-west-1:111122223333:/g, '$1:'],
  [/([0-9a-f])\1{63}/g, '$1{64}'],
];

/** Returns text with short forms for what is long and the same everywhere, and without paths of source files. */
function normalised(text: string): string {
  return replacements.reduce((changed, [pattern, by]) => changed.replaceAll(pattern, by), text);
}
