/** A request of a browser, in whatever way it came. */
export interface PageRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly token: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request of a page that belongs to no link. */
export interface ConsoleRequest extends PageRequest {
  /** Path of the API that it came by: `/rollouts/{name}`. */
  readonly resource: string;
  /** Of a service or a rollout. */
  readonly name: string;
}
