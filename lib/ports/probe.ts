export interface ProbeAnswer {
  readonly status: number;
  readonly milliseconds: number;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** As much of it as says what it is. */
  readonly body?: string | undefined;
}

/**
 * Thrown where a probe itself could not be called: it is missing, throttled, refused or broken. That says nothing about what it should
 * ask. `name` stays readable after minification.
 */
export class ProbeFailed extends Error {
  override readonly name: string = 'ProbeFailed';
}

/** Thrown while a probe cannot ask anything yet, and soon can. */
export class ProbeNotReady extends ProbeFailed {
  override readonly name = 'ProbeNotReady';
}

/** Asks from where the functions are, or from a VPC. */
export interface Probes extends Probe {
  /** Returns the probe that is deployed in a VPC; its `get` throws ProbeFailed where it could not be called. */
  inVpc(vpcId: string): Probe;
}

/** What is sent besides headers where it is no plain GET. */
export interface SentBody {
  readonly method: string;
  readonly body?: string | undefined;
}

export interface Probe {
  /**
   * One request, a GET unless `sent` says otherwise, on a connection of its own, without following redirects; a connection error or time-out is an exception that says
   * which. Host header and certificate are the URL's.
   * @param address where to connect; by default what the URL's host resolves to
   */
  get(
    url: string,
    headers: Readonly<Record<string, string>>,
    timeoutSeconds: number,
    address?: string,
    sent?: SentBody,
  ): Promise<ProbeAnswer>;
  /** Every address that a host name resolves to: the nodes of a load balancer. */
  addressesOf(host: string): Promise<readonly string[]>;
}
