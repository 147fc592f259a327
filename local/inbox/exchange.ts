/** A request as the inbox sees it. */
export interface InboxRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface InboxResponse {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): InboxResponse {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json', ...headers } };
}

/** The body as JSON; `undefined` where it is none. */
export function parsedBody({ body }: InboxRequest): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
