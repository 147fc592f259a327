import type { Fault as VendorFault } from '../../../local/inbox/faults.ts';
import type { Vendor } from '../../../local/inbox/received.ts';
import type { AwsService } from './services.ts';

/** Which call of which kind: `router.write` is the port's method, counted over the whole run from 1. */
interface OneCall {
  readonly call: string;
  readonly nth: number;
}

/** Which run of a function: counted over the whole run from 1. */
interface OneInvocation {
  readonly function: string;
  readonly nth: number;
}

/** Seconds since the first rollout was asked for. */
export interface Span {
  readonly from: number;
  readonly seconds: number;
}

/** True of a second that is within a span. */
export function isWithin({ from, seconds }: Span, second: number): boolean {
  return second >= from && second < from + seconds;
}

/** How a service that is unavailable answers: with an error at once, or never. */
type Answer = 'refused' | 'silent';

type MachineName = 'rollout' | 'rollback' | 'retirement';

/** Everything that goes wrong in a run, or that others do meanwhile. */
export type Fault =
  /** Calls through a port, or invocations of functions, are refused. */
  | ({ readonly kind: 'throttling'; readonly part: string } & Span)
  /** A service of the region is unavailable, or every one of them. */
  | ({ readonly kind: 'outage'; readonly of: AwsService | 'all'; readonly answer: Answer } & Span)
  /** The product may not use a service: a policy was changed, and is changed back. */
  | ({ readonly kind: 'access-lost'; readonly of: AwsService } & Span)
  /** A transaction meets another one on the same items, and is cancelled. */
  | { readonly kind: 'conflict'; readonly nth: number }
  /** A call is never answered; with `effect` it was carried out all the same. */
  | ({ readonly kind: 'time-out'; readonly effect: boolean } & OneCall)
  /** A change is answered as if it had been made, and never is. */
  | ({ readonly kind: 'unapplied' } & OneCall)
  /** A look shows the world as it was some seconds ago. */
  | ({ readonly kind: 'stale-read'; readonly seconds: number } & OneCall)
  /** A function ends before or after one of its effects; with `always`, each later run of it ends there too, until it is mended. */
  | ({
      readonly kind: 'killed';
      readonly effect: number;
      readonly when: 'before' | 'after';
      readonly always: boolean;
      /** The execution that called it is stopped in the same moment. */
      readonly stops: boolean;
    } & OneInvocation)
  /** A function's first change of rules or slots lands this long after the function began; its caller has given it up. */
  | ({ readonly kind: 'late-write'; readonly seconds: number; readonly then: Meanwhile } & OneInvocation)
  /** A function's first look outside the record takes this long. */
  | ({ readonly kind: 'slow-look'; readonly seconds: number; readonly then: Meanwhile } & OneInvocation)
  /** Step Functions hears an error of a function that runs on, or that never ran. */
  | ({ readonly kind: 'invocation-lost'; readonly ran: boolean } & OneInvocation)
  /** Somebody presses Stop. */
  | { readonly kind: 'stopped'; readonly machine: MachineName; readonly at: number }
  /** The same, while a state is under way for the n-th time. */
  | { readonly kind: 'stopped-in'; readonly state: string; readonly nth: number; readonly milliseconds: number }
  /** A hint or event is not delivered, twice, or late; `gone`: from the n-th on none is delivered. */
  | { readonly kind: 'hint'; readonly of: HintKind; readonly how: HintFault; readonly nth: number }
  /** An execution fails as its history is full: as if it had run for long before. */
  | { readonly kind: 'history-full'; readonly machine: MachineName; readonly events: number }
  /** A person redrives the execution that ended last without success. */
  | { readonly kind: 'redrive'; readonly machine: MachineName; readonly at: number }
  /** A person closes the rollback that runs, as it is; `heard`: so many seconds after people hear of a rollback for the first time. */
  | { readonly kind: 'closed'; readonly at: number; readonly heard?: true }
  /** The stack is deployed anew: what polls the table's stream stands still meanwhile. */
  | ({ readonly kind: 'stack-update' } & Span)
  /** The team applies another spec. */
  | { readonly kind: 'new-spec'; readonly at: number }
  /** The alarm that the spec names goes off. */
  | ({ readonly kind: 'alarm' } & Span)
  /** Somebody changes what a rule does beside its weights: a login, another condition, or a fixed response in place of both slots. */
  | { readonly kind: 'rule-edit'; readonly what: 'login' | 'condition' | 'maintenance'; readonly at: number }
  /** Targets of a slot fail their health checks. */
  | ({ readonly kind: 'unhealthy'; readonly slot: 'blue' | 'green'; readonly all: boolean } & Span)
  /** Every task of a slot ends; ECS starts others as soon as there is room for them. */
  | ({ readonly kind: 'tasks-die'; readonly slot: 'blue' | 'green' } & Span)
  /** There is no room for new tasks. */
  | ({ readonly kind: 'no-capacity' } & Span)
  /** The image that is pushed is deleted from the registry, and pushed again later. */
  | ({ readonly kind: 'image-gone' } & Span)
  /** Somebody edits a rule, scales a slot or deploys to it. */
  | {
      readonly kind: 'foreign';
      readonly what: 'green-all' | 'half' | 'blue-all' | 'scale-green' | 'scale-blue' | 'deploy-green' | 'deploy-blue';
      readonly at: number;
    }
  | { readonly kind: 'second-push'; readonly at: number }
  /**
   * A deployment in which ECS moves traffic stays in a stage until it is stopped, writes its last weight once more so many seconds after
   * it was stopped, or does not go back.
   */
  | {
      readonly kind: 'deployment';
      readonly how: 'stuck' | 'writes-late' | 'fails-back';
      readonly stage: string;
      readonly seconds: number;
    }
  /** A vendor of a channel does not take messages, or takes them and does not answer. */
  | ({ readonly kind: 'vendor'; readonly vendor: Vendor; readonly how: VendorFault['kind'] } & Span)
  /** Somebody starts the rollback machine. */
  | { readonly kind: 'asked-back'; readonly at: number }
  /** Somebody tells the rollout something; who pauses lets it go on some minutes later. */
  | { readonly kind: 'command'; readonly what: 'pause' | 'promote' | 'promoteFully' | 'abort'; readonly at: number }
  /** The version that is pushed answers well until then, and badly from then on. */
  | { readonly kind: 'turns-bad'; readonly at: number }
  /** Somebody goes back to the version that is kept. */
  | { readonly kind: 'return'; readonly at: number }
  /** The service's own policy scales a slot in or out, as far as it is allowed to. */
  | { readonly kind: 'autoscaling'; readonly slot: 'a' | 'b'; readonly to: number; readonly at: number }
  | ({ readonly kind: 'metrics'; readonly how: 'late' | 'missing' | 'revised' } & Span);

/** Seconds after which a function that always fails has been mended. */
export const mendedAfter = 2_400;

/** What happens while a function is held up. */
type Meanwhile = 'nothing' | 'stopped' | 'asked-back';

type HintFault = 'lost' | 'twice' | 'late' | 'gone';

/**
 * `wake` and `turn` are records of the stream, too; it keeps a day of them, so they come late or twice, but come. `sweep` is the rule
 * that calls the periodic check.
 */
export type HintKind =
  ('stream' | 'wake' | 'turn' | 'push' | 'status' | 'alarm' | 'schedule' | 'deadline' | 'sweep') | 'delivery';

/** A fault in words. */
export function describeFault(fault: Fault): string {
  const { kind, ...rest } = fault;
  const details = Object.entries(rest).map(([key, value]) => `${key} ${String(value)}`);
  return `${kind} (${details.join(', ')})`;
}

/** The faults of one run, and which of them have come about. */
export class FaultPlan {
  readonly all: readonly Fault[];
  /** The second at which each fault first came about. */
  readonly firedAt = new Map<Fault, number>();
  readonly #onFire: (fault: Fault) => void;
  readonly #second: () => number;
  readonly #kinds: ReadonlySet<Fault['kind']>;

  constructor(all: readonly Fault[], second: () => number, onFire: (fault: Fault) => void) {
    this.all = all;
    this.#second = second;
    this.#onFire = onFire;
    this.#kinds = new Set(all.map(({ kind }) => kind));
  }

  get fired(): readonly Fault[] {
    return [...this.firedAt.keys()];
  }

  ofKind<K extends Fault['kind']>(kind: K): readonly Extract<Fault, { kind: K }>[] {
    return this.#kinds.has(kind)
      ? this.all.filter((fault): fault is Extract<Fault, { kind: K }> => fault.kind === kind)
      : [];
  }

  /** The fault of this kind that is meant, if there is one; from here on it has come about. */
  take<K extends Fault['kind']>(
    kind: K,
    isMeant: (fault: Extract<Fault, { kind: K }>) => boolean,
  ): Extract<Fault, { kind: K }> | undefined {
    const found = this.ofKind(kind).find(isMeant);
    if (found !== undefined) this.mark(found);
    return found;
  }

  /** True at the first time that a fault of this kind is meant. */
  takeOnce<K extends Fault['kind']>(kind: K, isMeant: (fault: Extract<Fault, { kind: K }>) => boolean): boolean {
    return this.take(kind, (fault) => !this.firedAt.has(fault) && isMeant(fault)) !== undefined;
  }

  /** The fault that keeps a service from working at this second, if there is one. */
  closing(service: AwsService, second: number): Extract<Fault, { kind: 'outage' | 'access-lost' }> | undefined {
    return (
      this.take('outage', (one) => (one.of === service || one.of === 'all') && isWithin(one, second)) ??
      this.take('access-lost', (one) => one.of === service && isWithin(one, second))
    );
  }

  /** Milliseconds until a service works again; 0 while it does. */
  standsStill(service: AwsService, second: number): number {
    const outage = this.take('outage', (one) => (one.of === service || one.of === 'all') && isWithin(one, second));
    return outage === undefined ? 0 : (outage.from + outage.seconds - second) * 1000 + 1;
  }

  /** Milliseconds until the table's stream is polled again; 0 while it is. */
  pollingStandsStill(second: number): number {
    const update = this.take('stack-update', (one) => isWithin(one, second));
    return update === undefined ? 0 : (update.from + update.seconds - second) * 1000;
  }

  /** The second from which a task can start that is asked for at this one. */
  tasksStartFrom(second: number, isOfPushedImage: boolean): number {
    const spans = [
      ...this.ofKind('no-capacity'),
      ...(isOfPushedImage ? this.ofKind('image-gone') : []),
      ...this.ofKind('outage').filter(({ of }) => of === 'ecs' || of === 'all'),
    ];
    let from = second;
    // One may begin before another one ends.
    for (let hit = spans.find((one) => isWithin(one, from)); hit; hit = spans.find((one) => isWithin(one, from))) {
      this.mark(hit);
      from = hit.from + hit.seconds;
    }
    return from;
  }

  /** True while the image that is pushed is not in the registry. */
  isImageGone(second: number): boolean {
    return this.take('image-gone', (one) => isWithin(one, second)) !== undefined;
  }

  mark(fault: Fault): void {
    if (this.firedAt.has(fault)) return;
    this.firedAt.set(fault, this.#second());
    this.#onFire(fault);
  }
}
