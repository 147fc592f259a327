import * as z from 'zod';
import { channel } from '../../lib/specification/notification-channel.ts';

/**
 * How a vendor misbehaves: `dead` refuses the connection, `broken` answers 500, `busy` answers 429 with `Retry-After`, `deaf`
 * takes the message and lets the connection break before it answers, `strict` refuses as for a wrong secret.
 */
export const fault = z.object({
  vendor: z.enum(channel.options.map(({ shape }) => shape.type.value)),
  kind: z.enum(['dead', 'broken', 'busy', 'deaf', 'strict']),
  retryAfterSeconds: z.int().min(1).default(1),
  /** Of requests whose path ends like this alone, such as `chat.update`. */
  method: z.string().optional(),
  /** For so many requests; without it until it is taken away. */
  times: z.int().min(1).optional(),
});
export type Fault = z.output<typeof fault>;

/** Faults that are set, the first that fits counts. */
export class Faults {
  #set: { readonly fault: Fault; left: number }[] = [];

  set(fault: Fault): void {
    this.#set.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#set = [];
  }

  /** Whether the next request to a vendor meets a fault. */
  has(vendor: Fault['vendor']): boolean {
    return this.#set.some((one) => one.fault.vendor === vendor && one.left > 0);
  }

  /** The fault that this request meets; counts it. */
  take(vendor: Fault['vendor'], path: string): Fault | undefined {
    const found = this.#set.find(
      ({ fault: { vendor: of, method = '' }, left }) => of === vendor && path.endsWith(method) && left > 0,
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault;
  }
}
