/** What stands in an expression of Terraform, and cannot be read. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

/** Something that an expression names, such as `var.port` or `aws_lb_target_group.slot["a"].arn`, each part a text. */
export type Lookup = (path: readonly string[]) => Promise<unknown>;

type Evaluate = (lookup: Lookup) => Promise<unknown>;

const functions: Readonly<Record<string, (...values: readonly unknown[]) => unknown>> = {
  jsonencode: (value) => JSON.stringify(value),
  join: (separator, list) => listOf(list).join(textOf(separator)),
  split: (separator, text) => textOf(text).split(textOf(separator)),
  slice: (list, from, to) => listOf(list).slice(Number(from), Number(to)),
};

/**
 * A value as python-hcl2 gives it: `"…"` is a text with `${…}` in it, `${…}` an expression, a list or an object one of such values.
 * Knows what the building blocks use of the language: texts, references, lists, objects, `for` over a map, and four functions.
 * @throws ExpressionError
 */
export async function evaluated(value: unknown, lookup: Lookup): Promise<unknown> {
  if (typeof value === 'string') return new Parser(value).whole()(lookup);
  if (Array.isArray(value)) return Promise.all(value.map((inner) => evaluated(inner, lookup)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith('__'));
  return Object.fromEntries(
    await Promise.all(entries.map(async ([key, inner]) => [unquoted(key), await evaluated(inner, lookup)] as const)),
  );
}

/** A name of a block as python-hcl2 gives it: with its quotes. */
export function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/s, '$1');
}

/** Reads one expression, from left to right. */
class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text as a whole: a quoted one, or an expression. */
  whole(): Evaluate {
    const heredoc = /^"<<-(\w+)\n(.*)\n[ \t]*\1"$/s.exec(this.#text);
    if (heredoc !== null) return new Parser(withoutIndent(heredoc[2] ?? '')).template('');
    if (this.#text.startsWith('${') && this.#text.endsWith('}')) {
      const inner = new Parser(this.#text.slice(2, -1));
      return inner.#complete(inner.#expression());
    }
    return this.#complete(this.#expression());
  }

  /** A text with `${…}` in it, up to a mark, or to the end where there is none. */
  template(until: '"' | ''): Evaluate {
    const parts: Evaluate[] = [];
    let literal = '';
    const keep = () => {
      const text = literal;
      literal = '';
      if (text !== '') parts.push(() => Promise.resolve(text));
    };
    while (this.#at < this.#text.length && !(until !== '' && this.#text[this.#at] === until)) {
      if (this.#take('${')) {
        keep();
        parts.push(this.#expression());
        this.#expect('}');
      } else if (this.#text[this.#at] === '\\') {
        literal += escaped(this.#text[this.#at + 1]);
        this.#at += 2;
      } else {
        literal += this.#text[this.#at] ?? '';
        this.#at += 1;
      }
    }
    keep();
    if (until !== '') this.#expect(until);
    return async (lookup) => {
      const values: string[] = [];
      for (const part of parts) values.push(textOf(await part(lookup)));
      return values.join('');
    };
  }

  #expression(): Evaluate {
    this.#skip();
    if (this.#take('"')) return this.template('"');
    if (this.#take('[')) return this.#loop() ?? this.#list(']', (items) => items);
    if (this.#take('{')) return this.#object();
    const number = this.#match(/-?\d+(\.\d+)?/y);
    if (number !== undefined) return () => Promise.resolve(Number(number));
    const word = this.#match(/[A-Za-z_][\w-]*/y);
    if (word === undefined) throw this.#failure('a value');
    if (word === 'true' || word === 'false') return () => Promise.resolve(word === 'true');
    const call = functions[word];
    if (call !== undefined && this.#take('(')) return this.#list(')', (values) => call(...values));
    return this.#reference(word);
  }

  #reference(word: string): Evaluate {
    const path: Evaluate[] = [() => Promise.resolve(word)];
    for (;;) {
      if (this.#take('.')) {
        const name = this.#match(/[\w-]+/y);
        if (name === undefined) throw this.#failure('a name');
        path.push(() => Promise.resolve(name));
      } else if (this.#take('[')) {
        path.push(this.#expression());
        this.#expect(']');
      } else break;
    }
    return async (lookup) => lookup(await Promise.all(path.map(async (part) => textOf(await part(lookup)))));
  }

  #list(end: ']' | ')', made: (values: readonly unknown[]) => unknown): Evaluate {
    const items: Evaluate[] = [];
    this.#skip();
    while (!this.#take(end)) {
      items.push(this.#expression());
      this.#skip();
      this.#take(',');
      this.#skip();
    }
    return async (lookup) => made(await Promise.all(items.map((item) => item(lookup))));
  }

  #object(): Evaluate {
    const entries: (readonly [Evaluate, Evaluate])[] = [];
    this.#skip();
    while (!this.#take('}')) {
      const name = this.#match(/[A-Za-z_][\w-]*/y);
      const key = name === undefined ? this.#expression() : () => Promise.resolve(name);
      this.#skip();
      if (!this.#take('=')) this.#expect(':');
      entries.push([key, this.#expression()]);
      this.#skip();
      this.#take(',');
      this.#skip();
    }
    return async (lookup) =>
      Object.fromEntries(
        await Promise.all(
          entries.map(async ([key, value]) => [textOf(await key(lookup)), await value(lookup)] as const),
        ),
      );
  }

  /** `[for name, value in map : item]`, after its bracket; the keys of a map come in order. */
  #loop(): Evaluate | undefined {
    const head = this.#match(/\s*for\s+(\w+)\s*,\s*(\w+)\s+in\s+/y);
    if (head === undefined) return undefined;
    const [name = '', value = ''] = head
      .trim()
      .slice(3, -2)
      .split(',')
      .map((one) => one.trim());
    const map = this.#expression();
    this.#skip();
    this.#expect(':');
    const item = this.#expression();
    this.#skip();
    this.#expect(']');
    return async (lookup) => {
      const of: unknown = await map(lookup);
      if (typeof of !== 'object' || of === null) throw new ExpressionError('for goes over a map');
      const entries: readonly (readonly [string, unknown])[] = Object.entries(of);
      const sorted = entries.toSorted(([left], [right]) => (left < right ? -1 : 1));
      return Promise.all(
        sorted.map(([key, inner]) => {
          const own: Readonly<Record<string, unknown>> = { [name]: key, [value]: inner };
          return item((path) =>
            path.length === 1 && (path[0] ?? '') in own ? Promise.resolve(own[path[0] ?? '']) : lookup(path),
          );
        }),
      );
    };
  }

  #complete(evaluate: Evaluate): Evaluate {
    this.#skip();
    if (this.#at < this.#text.length) throw this.#failure('the end');
    return evaluate;
  }

  #skip(): void {
    this.#match(/\s+/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(mark: string): boolean {
    if (!this.#text.startsWith(mark, this.#at)) return false;
    this.#at += mark.length;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw this.#failure(mark);
  }

  #failure(expected: string): ExpressionError {
    return new ExpressionError(`expected ${expected} at character ${this.#at} of ${this.#text}`);
  }
}

function withoutIndent(text: string): string {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const least = Math.min(...indents);
  return `${lines.map((line) => line.slice(least)).join('\n')}\n`;
}

function escaped(mark: string | undefined): string {
  return mark === 'n' ? '\n' : mark === 't' ? '\t' : (mark ?? '');
}

function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ExpressionError(`expected a text, got ${JSON.stringify(value)}`);
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new ExpressionError(`expected a list, got ${JSON.stringify(value)}`);
}
