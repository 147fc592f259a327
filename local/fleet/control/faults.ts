import * as z from 'zod';

/** For how long a fault is there: for so many occasions, for so many seconds, or (neither) until it is cleared. */
const extent = { times: z.int().positive().optional(), seconds: z.number().positive().optional() };

/** What the fleet can be told to do wrong. */
export const faultOrder = z.discriminatedUnion('fault', [
  /** The action is refused with AWS's throttling error. */
  z.strictObject({ fault: z.literal('throttle'), action: z.string(), ...extent }),
  /** Every action of the load balancer's API is refused as unavailable. */
  z.strictObject({ fault: z.literal('refuse'), api: z.literal('elb'), ...extent }),
  /** The action takes effect, and the connection breaks before its answer. */
  z.strictObject({ fault: z.literal('lose-response'), action: z.string(), ...extent }),
  /** The action waits before it takes effect, and takes effect also where its caller is gone by then: a late writer. */
  z.strictObject({ fault: z.literal('hold'), action: z.string(), holdSeconds: z.number().positive(), ...extent }),
  /** Tasks of an ECS service end right after they were started. */
  z.strictObject({ fault: z.literal('fail-to-start'), service: z.string(), ...extent }),
  /** Health checks of a target group, or of those of an ECS service, fail, whatever the targets say. */
  z.strictObject({ fault: z.literal('fail-health'), targetGroup: z.string(), seconds: extent.seconds }),
  z.strictObject({ fault: z.literal('fail-service-health'), service: z.string(), seconds: extent.seconds }),
  /** Deployments of an ECS service do not reach a steady state. */
  z.strictObject({ fault: z.literal('slow-steady-state'), service: z.string(), seconds: extent.seconds }),
  /** A deployment in which ECS moves traffic does not get past a stage: `<service> <stage>`. */
  z.strictObject({ fault: z.literal('stuck-stage'), at: z.string(), seconds: extent.seconds }),
  /** Its way back fails and leaves everything as it is. */
  z.strictObject({ fault: z.literal('fail-rollback'), service: z.string(), ...extent }),
  /** So many seconds after its way back ECS writes the weights of the last step once more. */
  z.strictObject({
    fault: z.literal('late-write'),
    service: z.string(),
    afterSeconds: z.number().positive(),
    ...extent,
  }),
  /** Metrics are published this many seconds late. */
  z.strictObject({ fault: z.literal('late-metrics'), delaySeconds: z.number().positive(), seconds: extent.seconds }),
]);
export type FaultOrder = z.output<typeof faultOrder>;

interface ActiveFault {
  readonly order: FaultOrder;
  remaining: number;
  readonly until: number;
}

/** The faults that are on; everything that can misbehave asks here. */
export class Faults {
  #active: ActiveFault[] = [];
  readonly #now: () => number;

  /** `now`: milliseconds of the clock that faults end by. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Adds a fault. @throws ZodError where the order is not one of the table */
  order(input: unknown): FaultOrder {
    const order = faultOrder.parse(input);
    const times = 'times' in order ? order.times : undefined;
    this.#active.push({
      order,
      remaining: times ?? Number.POSITIVE_INFINITY,
      until: order.seconds === undefined ? Number.POSITIVE_INFINITY : this.#now() + order.seconds * 1000,
    });
    return order;
  }

  clear(): void {
    this.#active = [];
  }

  active(): readonly FaultOrder[] {
    return this.#current().map(({ order }) => order);
  }

  /** Is this fault on for this action, service or target group? Uses up one occasion. */
  take(fault: FaultOrder['fault'], subject: string): boolean {
    return this.#use(fault, subject) !== undefined;
  }

  /** How long this action waits before it takes effect, in seconds; uses up one occasion. */
  holdSeconds(action: string): number {
    const order = this.#use('hold', action);
    return order?.fault === 'hold' ? order.holdSeconds : 0;
  }

  /** How long after its way back the weights of a service's last step are written once more, in seconds; uses up one occasion. */
  lateWriteSeconds(service: string): number {
    const order = this.#use('late-write', service);
    return order?.fault === 'late-write' ? order.afterSeconds : 0;
  }

  /** By how much metrics are late now, in seconds. */
  metricsDelaySeconds(): number {
    return Math.max(
      0,
      ...this.#current().map(({ order }) => (order.fault === 'late-metrics' ? order.delaySeconds : 0)),
    );
  }

  #use(fault: FaultOrder['fault'], subject: string): FaultOrder | undefined {
    const found = this.#current().find(({ order }) => order.fault === fault && subjectOf(order) === subject);
    if (found === undefined) return undefined;
    found.remaining -= 1;
    return found.order;
  }

  #current(): readonly ActiveFault[] {
    const now = this.#now();
    this.#active = this.#active.filter(({ remaining, until }) => remaining > 0 && until > now);
    return this.#active;
  }
}

function subjectOf(order: FaultOrder): string {
  switch (order.fault) {
    case 'throttle':
    case 'lose-response':
    case 'hold':
      return order.action;
    case 'refuse':
      return order.api;
    case 'fail-to-start':
    case 'fail-service-health':
    case 'slow-steady-state':
    case 'fail-rollback':
    case 'late-write':
      return order.service;
    case 'stuck-stage':
      return order.at;
    case 'fail-health':
      return order.targetGroup;
    case 'late-metrics':
      return '';
  }
}
