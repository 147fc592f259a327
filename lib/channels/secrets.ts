/** Secrets by reference, as a spec writes them: `ssm:/sluice/chat`, `secretsmanager:sluice/chat#token`. */
export interface Secrets {
  /** @throws Error that names the reference, never the value */
  read(reference: string): Promise<string>;
  /** Reads it anew the next time: a vendor did not take it, so it may have been changed. */
  forget(reference: string): void;
}
