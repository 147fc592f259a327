import type { FleetChange } from '../stack/fleet-truth.ts';
import type { Answer } from './answers.ts';

/** One order and what became of it, in milliseconds from it. */
export interface OrderFigures {
  /** The load balancer's API had accepted the rule, by the balancer's clock; `null` where that was not seen. */
  readonly acceptedMs: number | null;
  /** From there until every node obeyed, by the balancer's clock; `null` where that was not seen. */
  readonly propagationMs: number | null;
  /** Until the last request was sent that was not answered as ordered, by the clients' clock. */
  readonly usersMs: number;
  /** The propagation and two seconds; `null` where the propagation was not seen. */
  readonly boundMs: number | null;
}

/** Beyond the propagation, which is the load balancer's, an order of the page may take so long. */
const ownMs = 2_000;

/** When something of a drill was ordered, epoch milliseconds, by the clock of the function that recorded it. */
interface Orders {
  readonly page: number;
  readonly end: number;
}

/** Reads how soon users got the page after its order, and answers of the service after its end. */
export function pageFigures(
  orders: Orders,
  changes: readonly FleetChange[],
  answers: readonly Answer[],
): { readonly page: OrderFigures; readonly end: OrderFigures } {
  const created = changes.filter(
    ({ at, change, weights }) =>
      change === 'created' && at >= orders.page && at < orders.end && Object.keys(weights).length === 0,
  );
  const arns = new Set(created.map(({ arn }) => arn));
  const removed = changes.filter(({ at, change, arn }) => change === 'deleted' && at >= orders.end && arns.has(arn));
  const during = answers.filter(({ sentAt }) => sentAt >= orders.page && sentAt < orders.end);
  const after = answers.filter(({ sentAt }) => sentAt >= orders.end);
  return {
    page: figuresOf(orders.page, created, lastOther(during, 'page')),
    end: figuresOf(orders.end, removed.length === created.length ? removed : [], lastOther(after, 'served')),
  };
}

function lastOther(answers: readonly Answer[], wanted: Answer['kind']): number | undefined {
  return newest(answers.filter(({ kind }) => kind !== wanted));
}

/** Answers come in the order in which requests ended. */
function newest(answers: readonly Answer[]): number | undefined {
  return answers.length === 0 ? undefined : Math.max(...answers.map(({ sentAt }) => sentAt));
}

function figuresOf(orderedAt: number, changes: readonly FleetChange[], otherAt: number | undefined): OrderFigures {
  const acceptedAt = changes.length === 0 ? undefined : Math.max(...changes.map(({ at }) => at));
  const nodesAt = changes.flatMap((change) => change.nodesAt);
  const times = nodesAt.filter((at) => at !== null);
  const isPropagated = acceptedAt !== undefined && times.length === nodesAt.length;
  const propagationMs = isPropagated ? Math.max(...times) - acceptedAt : null;
  return {
    acceptedMs: acceptedAt === undefined ? null : acceptedAt - orderedAt,
    propagationMs,
    usersMs: otherAt === undefined ? 0 : otherAt - orderedAt,
    boundMs: propagationMs === null ? null : propagationMs + ownMs,
  };
}

/** When the last request was sent that the service did not answer, epoch milliseconds; `undefined` where all were served. */
export function lastUnservedAt(answers: readonly Answer[], from: number): number | undefined {
  return newest(answers.filter(({ sentAt, kind }) => sentAt >= from && kind !== 'served'));
}

/** Which versions answered the requests that were sent from a moment on. */
export function versionsSince(answers: readonly Answer[], from: number): readonly string[] {
  const versions = answers.flatMap(({ sentAt, version }) => (sentAt >= from && version !== undefined ? [version] : []));
  return [...new Set(versions)];
}
