/** Tokens that requests use up, one each, and that come back by the second, up to a most. */
class TokenBucket {
  readonly #most: number;
  readonly #perSecond: number;
  readonly #now: () => number;
  #tokens: number;
  #filledAt: number;

  constructor(most: number, perSecond: number, now: () => number) {
    this.#most = most;
    this.#perSecond = perSecond;
    this.#now = now;
    this.#tokens = most;
    this.#filledAt = now();
  }

  take(): boolean {
    const now = this.#now();
    const seconds = (now - this.#filledAt) / 1000;
    this.#tokens = Math.min(this.#most, this.#tokens + seconds * this.#perSecond);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Actions of Elastic Load Balancing that share one bucket of writes. */
const writes = new Set(['ModifyRule', 'CreateRule', 'DeleteRule', 'ModifyListener', 'AddTags']);

/**
 * The request rates that Elastic Load Balancing grants an account in a region: `Describe*` calls share 40 tokens, refilled by 10 a
 * second; the writes of rules, listeners and tags share 20, refilled by 3 a second. What ECS does on a service's behalf has buckets of its
 * own, so registrations of targets use nothing up.
 */
export class RequestRates {
  readonly #reads: TokenBucket;
  readonly #writes: TokenBucket;

  /** `now` in milliseconds; it never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#reads = new TokenBucket(40, 10, now);
    this.#writes = new TokenBucket(20, 3, now);
  }

  /** Returns whether a call of this action is granted; one that is not uses nothing up. */
  admits(action: string): boolean {
    if (action.startsWith('Describe')) return this.#reads.take();
    return writes.has(action) ? this.#writes.take() : true;
  }
}
