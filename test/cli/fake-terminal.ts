import type { Terminal } from '../../lib/cli/terminal/screen.ts';

const escape = String.fromCodePoint(27);
const tokens = new RegExp(`${escape}\\[[?\\d;]*[A-Za-z]|[^${escape}]`, 'gsu');
const sequence = new RegExp(`^${escape}\\[(\\??\\d*)([A-Za-z])$`);

/** A terminal that does what it is sent, as far as the command line uses it; anything else is refused. */
export class FakeTerminal implements Terminal {
  columns: number;
  rows: number;
  /** Every write, as it came. */
  readonly writes: string[] = [];
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  readonly write = (text: string): void => {
    this.writes.push(text);
    for (const [token] of text.matchAll(tokens)) this.#do(token);
  };

  /** What stands on it, without empty lines at the end. */
  get screen(): readonly string[] {
    const last = this.#lines.findLastIndex((line) => line !== '');
    return this.#lines.slice(0, last + 1);
  }

  #do(token: string): void {
    const [, number = '', what] = sequence.exec(token) ?? [];
    if (what === 'A') this.#row -= Number(number);
    else if (what === 'K') this.#lines[this.#row] = this.#line.slice(0, this.#column);
    else if (what === 'J' && number === '') {
      this.#lines = [...this.#lines.slice(0, this.#row), this.#line.slice(0, this.#column)];
    } else if (number === '?2026') return;
    else if (token === '\r') this.#column = 0;
    else if (token === '\n') this.#newLine();
    else if (/^\p{C}$/u.test(token) || what !== undefined) throw new Error(`sent ${JSON.stringify(token)}`);
    else {
      this.#lines[this.#row] = this.#line.slice(0, this.#column) + token + this.#line.slice(this.#column + 1);
      this.#column += token.length;
    }
    if (this.#row < 0) throw new Error('moved above the screen');
  }

  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
  }

  get #line(): string {
    return this.#lines[this.#row] ?? '';
  }
}
