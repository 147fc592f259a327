/** Anything that can carry tags. */
export interface Tagged {
  readonly arn: string;
  readonly tags: Map<string, string>;
}
