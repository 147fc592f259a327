/** One image that was pushed, or one tag that was set. */
export interface PushedTag {
  readonly repository: string;
  readonly digest: string;
  readonly tag: string | undefined;
  /** When it was pushed, as its event says. */
  readonly at: Date;
}

/** Who pushed an image. */
export interface Pusher {
  /** ARN of the principal. */
  readonly principal: string;
  /** Set for the session of a role that is named like one of IAM Identity Center and is none. */
  readonly isLookAlike?: true;
}

/** What the account remembers of who pushed what. It tells up to 15 minutes late. */
export interface PushTrail {
  /**
   * Returns who pushed an image; `undefined` where the history does not tell it, yet or at all.
   * @throws Error where the history cannot be read to its end
   */
  whoPushed(pushed: PushedTag): Promise<Pusher | undefined>;
}
