export interface ProbeAnswer {
  readonly status: number;
  readonly milliseconds: number;
}

export interface Probe {
  /** One GET without following redirects; a connection error or time-out is an exception that says which. */
  get(url: string, headers: Readonly<Record<string, string>>, timeoutSeconds: number): Promise<ProbeAnswer>;
}
