/** A request of a browser, in whatever way it came. */
export interface PageRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly token: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}
