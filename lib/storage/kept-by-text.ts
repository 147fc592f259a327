/** Characters of the texts whose values one of these keeps: a record is read several times for each change of it. */
const mostKept = 500_000;

/** Keeps what was worked out from texts, for the newest of them. What is kept is never changed in place. */
export class KeptByText<Value> {
  readonly #values = new Map<string, Value>();
  #length = 0;

  get(text: string): Value | undefined {
    return this.#values.get(text);
  }

  /** Keeps the value of a text, which was not kept before, and returns it. */
  keep(text: string, value: Value): Value {
    this.#values.set(text, value);
    this.#length += text.length;
    for (const oldest of this.#values.keys()) {
      if (this.#length <= mostKept) break;
      this.#values.delete(oldest);
      this.#length -= oldest.length;
    }
    return value;
  }
}
