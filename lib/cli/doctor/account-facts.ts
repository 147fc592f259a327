import type { DirectWrite } from '../../platform/cloudtrail-direct-writes.ts';

/** One action on one resource, as IAM is asked about it. */
export interface Ask {
  readonly action: string;
  readonly resource: string;
  /** Which service gets the role, for `iam:PassRole`. */
  readonly passedTo?: string | undefined;
}

/** What IAM says of an ask, by all policies that count for the principal. */
export interface IamDecision {
  readonly ask: Ask;
  readonly allowed: boolean;
  /** What refuses it; `undefined` where it is allowed. */
  readonly by: 'policy' | 'boundary' | 'organization' | undefined;
}

/** A trail of CloudTrail that sees this region. */
export interface TrailFacts {
  readonly name: string;
  readonly isLogging: boolean;
}

/** What an account and a region say of themselves; every call only reads. */
export interface AccountFacts {
  /** Who calls, as AWS verified it. */
  caller(): Promise<{ readonly account: string; readonly principal: string }>;
  region(): Promise<string>;
  /** The concurrency of Lambda in the region: of all functions together, and what no function has reserved. */
  concurrency(): Promise<{ readonly most: number; readonly unreserved: number }>;
  /** The ARN of a role, with its path; `undefined` where there is no such role. */
  roleArn(name: string): Promise<string | undefined>;
  /**
   * What IAM decides for a user or role, one decision an ask, in their order.
   * @throws where IAM lacks what a condition needs, as its answer says nothing then
   */
  decisions(principal: string, asks: readonly Ask[]): Promise<readonly IamDecision[]>;
  /** Trails that log what happens in this region. */
  trails(): Promise<readonly TrailFacts[]>;
  /** Writes of rules and listeners within a time, without those of roles whose name begins with `own`, the oldest first. */
  directWrites(asked: {
    readonly arns: readonly string[];
    readonly since: Date;
    readonly until: Date;
    readonly own: string;
  }): Promise<readonly DirectWrite[]>;
  /** Reads CloudTrail's event history, which an account has without a trail. */
  readHistory(): Promise<void>;
}
