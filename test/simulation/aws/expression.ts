/** An item of the table, as the document client takes and gives it. */
export type Item = Readonly<Record<string, unknown>>;

interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>> | undefined;
}

const token = /\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][\w.]*)/y;

/** Words of an expression. @throws Error at what is no word */
function wordsOf(expression: string): string[] {
  const words: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.trimEnd().length) {
    const at = token.lastIndex;
    const word = token.exec(expression)?.[1];
    if (word === undefined) throw new Error(`the model does not read "${expression.slice(at)}" of "${expression}"`);
    words.push(word);
  }
  return words;
}

/** Reads the expressions of DynamoDB that the product uses: comparisons, AND, OR, NOT, four functions, SET with + and -, REMOVE. */
class Reader {
  readonly #words: string[];
  readonly #item: Item | undefined;
  readonly #given: Placeholders;
  #next = 0;

  constructor(expression: string, item: Item | undefined, given: Placeholders) {
    this.#words = wordsOf(expression);
    this.#item = item;
    this.#given = given;
  }

  get isDone(): boolean {
    return this.#next >= this.#words.length;
  }

  peek(): string {
    return this.#words[this.#next] ?? '';
  }

  take(...expected: readonly string[]): string {
    const word = this.peek();
    if (expected.length > 0 && !expected.includes(word)) {
      throw new Error(`the model expected ${expected.join(' or ')} and not "${word}" in "${this.#words.join(' ')}"`);
    }
    this.#next += 1;
    return word;
  }

  skips(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#next += 1;
    return true;
  }

  either(): boolean {
    let holds = this.#both();
    while (this.skips('OR')) holds = this.#both() || holds;
    return holds;
  }

  #both(): boolean {
    let holds = this.#one();
    while (this.skips('AND')) holds = this.#one() && holds;
    return holds;
  }

  #one(): boolean {
    if (this.skips('NOT')) return !this.#one();
    if (this.skips('(')) {
      const holds = this.either();
      this.take(')');
      return holds;
    }
    if (['attribute_exists', 'attribute_not_exists'].includes(this.peek())) {
      const isWanted = this.take() === 'attribute_exists';
      this.take('(');
      const name = this.name();
      const value = this.#item?.[name];
      this.take(')');
      return (value !== undefined) === isWanted;
    }
    const left = this.value();
    const comparison = this.take('=', '<>', '<', '<=', '>', '>=');
    return compares(left, comparison, this.value());
  }

  name(): string {
    const word = this.take();
    const meant = word.startsWith('#') ? this.#given.ExpressionAttributeNames?.[word] : word;
    if (meant === undefined) throw new Error(`the model was given no name for ${word}`);
    return meant;
  }

  value(): unknown {
    let value = this.#term();
    while (this.peek() === '+' || this.peek() === '-') {
      const sign = this.take() === '+' ? 1 : -1;
      value = Number(value) + sign * Number(this.#term());
    }
    return value;
  }

  #term(): unknown {
    if (this.peek() === 'if_not_exists') {
      this.take();
      this.take('(');
      const name = this.name();
      const known = this.#item?.[name];
      this.take(',');
      const otherwise = this.value();
      this.take(')');
      return known ?? otherwise;
    }
    if (!this.peek().startsWith(':')) {
      const name = this.name();
      return this.#item?.[name];
    }
    const word = this.take();
    const value = this.#given.ExpressionAttributeValues?.[word];
    if (value === undefined) throw new Error(`the model was given no value for ${word}`);
    return value;
  }
}

/** A comparison with a missing attribute never holds, as DynamoDB has it. */
function compares(left: unknown, comparison: string, right: unknown): boolean {
  if (left === undefined || right === undefined) return comparison === '<>';
  const [a, b] = typeof left === 'number' ? [left, Number(right)] : [JSON.stringify(left), JSON.stringify(right)];
  switch (comparison) {
    case '=':
      return left === right;
    case '<>':
      return left !== right;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

/** Whether a condition holds for an item; one that is not asked for holds. */
export function holds(condition: string | undefined, item: Item | undefined, given: Placeholders): boolean {
  return condition === undefined || new Reader(condition, item, given).either();
}

/** The item after an update expression of SET and REMOVE clauses. */
export function updated(expression: string, item: Item, given: Placeholders): Item {
  const reader = new Reader(expression, item, given);
  const next = new Map(Object.entries(item));
  while (!reader.isDone) {
    const clause = reader.take('SET', 'REMOVE');
    do {
      const name = reader.name();
      if (clause === 'REMOVE') next.delete(name);
      else {
        reader.take('=');
        next.set(name, reader.value());
      }
    } while (reader.skips(','));
  }
  return Object.fromEntries(next);
}
