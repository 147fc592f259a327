/** Where a second slot is deployed. */
export interface CodePlace {
  /** Name of its stack; CloudFormation takes letters, digits and hyphens. */
  readonly stack: string;
  readonly region: string;
  readonly account: string;
}
