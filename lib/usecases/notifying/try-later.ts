/** What is to be done cannot be done now; the caller tries again. */
export class TryLater extends Error {
  override readonly name = 'TryLater';
  /** Seconds to wait at least; `undefined` where nobody asked for a time. */
  readonly afterSeconds: number | undefined;

  constructor(message: string, afterSeconds?: number, options?: ErrorOptions) {
    super(message, options);
    this.afterSeconds = afterSeconds;
  }
}
