export interface LoadOptions {
  /** Where every request goes, with GET; on this machine. */
  readonly url: string;
  readonly requestsPerSecond: number;
  /** The load ends by itself after it. */
  readonly maxSeconds: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long one request may take; by default 5. */
  readonly timeoutSeconds?: number;
  /** Requests under way at once; one that is due beyond it fails as `notSent`. By default 500. */
  readonly maxInFlight?: number;
  /** Told of each request that has ended, whatever came of it. */
  readonly onAnswer?: (answer: SentAnswer) => void;
}

/** How one request ended. */
export interface SentAnswer {
  /** When this process sent it, epoch milliseconds. */
  readonly sentAt: number;
  /** Status code, or the reason why there is none. */
  readonly status: number | string;
  /** By what the answer's `x-version` header, or `version` in its JSON body, says. */
  readonly version: string | undefined;
}

export type CheckedLoad = Required<Omit<LoadOptions, 'url'>> & {
  readonly target: URL;
  /** Address to connect to. */
  readonly host: string;
};

/** An option of the load that does not go; the message says which, and what would. */
export class BadLoadOption extends Error {
  override readonly name = 'BadLoadOption';
}

const bounds = {
  requestsPerSecond: { from: 0.1, to: 5000 },
  /** A working day: `npm run dev` keeps its load up for as long. */
  maxSeconds: { from: 0.1, to: 28_800 },
  timeoutSeconds: { from: 0.05, to: 60 },
  maxInFlight: { from: 1, to: 5000 },
} as const;

/** @throws {BadLoadOption} */
export function checkLoad(options: LoadOptions): CheckedLoad {
  const { target, host } = checkTarget(options.url);
  const checked = {
    headers: {},
    timeoutSeconds: 5,
    maxInFlight: 500,
    onAnswer: () => undefined,
    ...options,
    target,
    host,
  };
  for (const name of ['requestsPerSecond', 'maxSeconds', 'timeoutSeconds', 'maxInFlight'] as const) {
    const { from, to } = bounds[name];
    // Written so that NaN is refused, too.
    if (!(checked[name] >= from && checked[name] <= to)) {
      throw new BadLoadOption(`${name} is ${checked[name]}, expected ${from} to ${to}`);
    }
  }
  return checked;
}

/** Only this machine: a generator of load that anybody could be pointed at is a weapon. */
function checkTarget(url: string): { readonly target: URL; readonly host: string } {
  const target = URL.parse(url);
  if (target === null) throw new BadLoadOption(`"${url}" is no URL, expected one such as http://127.0.0.1:8080/`);
  if (target.protocol !== 'http:') {
    throw new BadLoadOption(`${url} is not http, expected a URL such as http://127.0.0.1:8080/`);
  }
  const host = loopbackAddress(target.hostname);
  if (host === undefined) {
    throw new BadLoadOption(
      `${target.hostname} is not this machine: load goes to 127.0.0.1, [::1] and localhost only, give the URL of a local service`,
    );
  }
  return { target, host };
}

function loopbackAddress(hostname: string): string | undefined {
  if (hostname === '[::1]') return '::1';
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return '127.0.0.1';
  // The URL parser has normalised every spelling of an IPv4 address; a name that begins with 127. has letters somewhere.
  return /^127\.\d+\.\d+\.\d+$/.test(hostname) ? hostname : undefined;
}
