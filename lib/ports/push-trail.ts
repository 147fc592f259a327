/** One image that was pushed, or one tag that was set. */
export interface PushedTag {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string | undefined;
  /** When it was pushed, as its event says. */
  readonly at: Date;
}

/** What the account remembers of who pushed what. It tells up to 15 minutes late. */
export interface PushTrail {
  /**
   * Returns the ARN of the principal that pushed an image; `undefined` where the history does not tell it, yet or at all.
   * @throws Error where the history cannot be read to its end
   */
  whoPushed(pushed: PushedTag): Promise<string | undefined>;
}
