/** What IAM is asked: may this caller do this to that, in these circumstances. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys, as AWS fills them for this action. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
  /** What makes the request: a place in the code, a state, a resource of the template. */
  readonly by: string;
}
