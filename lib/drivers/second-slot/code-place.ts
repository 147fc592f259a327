/** Where a second slot is deployed. */
export interface CodePlace {
  /** Name of its stack; CloudFormation takes letters, digits and hyphens. */
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  /** Names of the parameters that have the weights of both slots: rollouts write them, and templates read them. */
  readonly weights: { readonly first: string; readonly second: string };
}
