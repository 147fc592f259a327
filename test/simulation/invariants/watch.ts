import type { Announcement } from '../../../lib/ports/announcer.ts';
import { storedRollout } from '../../../lib/storage/dynamodb-items.ts';
import type { Autoscaling } from '../../../lib/rollout/autoscaling.ts';
import type { RecordedEvent } from '../../../lib/rollout/events.ts';
import { isActive } from '../../../lib/rollout/phase.ts';
import type { RolloutState } from '../../../lib/rollout/state.ts';
import type { Balancer, RuleChange } from '../aws/balancer.ts';
import type { Item } from '../aws/expression.ts';
import type { Metrics } from '../aws/metrics.ts';
import type { Process } from '../aws/process.ts';
import type { Slots } from '../aws/slots.ts';
import type { Table, TableChange } from '../aws/table.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Scenario } from '../scenario.ts';

/** What the product promises, each with a name; `docs/reliability.md` lists them. */
export type Invariant =
  | 'weights are the plan’s'
  | 'green gets weight only with healthy targets'
  | 'blue keeps full capacity'
  | 'a stale writer is refused'
  | 'a slot with traffic keeps its tasks'
  | 'what was rolled back stays rolled back'
  | 'blue is back within the guard’s period'
  | 'every rollout ends'
  | 'all traffic is on one slot'
  | 'nothing is left behind'
  | 'the record tells what happened'
  | 'every transition is announced, in order'
  | 'each message is shown once, and none is lost'
  | 'one rollout of a service at a time'
  | 'no data is never a pass'
  | 'a bad version never stays'
  | 'a green that turns bad loses its traffic'
  | 'a pause holds'
  | 'other people’s changes are heard of'
  | 'what others add to a rule is kept, or its loss is told'
  | 'an alarm takes green’s traffic away'
  | 'users go to a side that can serve'
  | 'everything comes to rest once all faults have ended';

export interface Violation {
  readonly invariant: Invariant;
  /** Seconds since the run began. */
  readonly at: number;
  readonly said: string;
}

/** Everything that a check may look at. */
export interface Truth {
  readonly scenario: Scenario;
  readonly clock: VirtualClock;
  readonly table: Table;
  readonly balancer: Balancer;
  readonly slots: Slots;
  readonly metrics: Metrics;
  readonly autoscaling: ReadonlyMap<string, Autoscaling>;
}

export interface StoryLine {
  readonly at: number;
  readonly said: string;
}

/** What happened in a run, as it really was, and where a promise was broken. */
export class Watch {
  readonly story: StoryLine[] = [];
  readonly violations: Violation[] = [];
  readonly events = new Map<string, RecordedEvent[]>();
  readonly announcements: Announcement[] = [];
  /** Moments at which somebody else changed rules or slots, in milliseconds. */
  readonly foreignRules: number[] = [];
  readonly foreignSlots: number[] = [];
  /** Changes of traffic: when, and green's greatest share on any rule by then (of either slot: see `shares`). */
  readonly ruleChanges: (RuleChange & { readonly at: number; readonly by: string })[] = [];
  /** When each rollout was taken over last, in milliseconds. */
  readonly takenOverAt = new Map<string, number>();
  /** When the first rollout was asked for, in milliseconds. */
  readonly start: number;
  readonly #now: () => number;

  constructor(clock: VirtualClock, start: number) {
    this.start = start;
    this.#now = () => clock.now();
  }

  /** Seconds since the run began. */
  get seconds(): number {
    return (this.#now() - this.start) / 1000;
  }

  tell(said: string): void {
    this.story.push({ at: this.seconds, said });
  }

  break(invariant: Invariant, said: string): void {
    this.violations.push({ invariant, at: this.seconds, said });
    this.tell(`VIOLATION of "${invariant}": ${said}`);
  }

  /** The events that a change of the table appended, in order. */
  appended(changes: readonly TableChange[]): readonly RecordedEvent[] {
    return changes.flatMap(({ key, before, after }) => {
      if (key.endsWith(' / STATE') && before !== undefined && before['fence'] !== after?.['fence']) {
        this.takenOverAt.set(String(before['pk']).replace('ROLLOUT#', ''), this.#now());
      }
      if (!key.includes(' / EVENT#') || after === undefined) return [];
      const recorded = JSON.parse(String(after['recorded'])) as RecordedEvent;
      const known = this.events.get(recorded.rolloutId) ?? [];
      known.push(recorded);
      this.events.set(recorded.rolloutId, known);
      return [recorded];
    });
  }
}

const parsed = new WeakMap<Item, RolloutState>();

/** An item never changes, so it is read once. */
function read(item: Item): RolloutState {
  const known = parsed.get(item) ?? storedRollout(item).state;
  parsed.set(item, known);
  return known;
}

/** The rollout that a process works for, as the table has it. */
export function rolloutOf(process: Process | undefined, table: Table): RolloutState | undefined {
  return process?.rolloutId === undefined ? undefined : stateOf(process.rolloutId, table);
}

export function stateOf(rolloutId: string, table: Table): RolloutState | undefined {
  const item = table.item(`ROLLOUT#${rolloutId}`, 'STATE');
  return item === undefined ? undefined : read(item);
}

/** The rollouts of a table, as they were at one revision of it. */
interface Rollouts {
  readonly revision: number;
  readonly all: readonly RolloutState[];
  readonly active: readonly RolloutState[];
}
/** Asked for at each advance of the clock, so read once for each change of the table. */
const rolloutsAt = new WeakMap<Table, Rollouts>();

function rollouts(table: Table): Rollouts {
  const known = rolloutsAt.get(table);
  if (known?.revision === table.revision) return known;
  const all = table
    .withSortKey('STATE')
    .map(read)
    .sort((left, right) => left.openedAt.localeCompare(right.openedAt));
  const found = { revision: table.revision, all, active: all.filter(isActive) };
  rolloutsAt.set(table, found);
  return found;
}

/** Every rollout of the table, in the order in which they were opened. */
export function rolloutsIn(table: Table): readonly RolloutState[] {
  return rollouts(table).all;
}

export function activeRollouts(table: Table): readonly RolloutState[] {
  return rollouts(table).active;
}

/** Green's share on each rule in percent, -1 where something else gets traffic. */
export function greenShares({ spec, green, blue }: RolloutState, balancer: Balancer, millisecondsAgo = 0) {
  return balancer.arns.map((arn) => balancer.percentOf(arn, spec.slots[green], spec.slots[blue], millisecondsAgo));
}

/** A slot's share of what a rule with these weights gets, in percent. */
export function shareOf(
  { targetGroups }: { readonly targetGroups: readonly string[] },
  weights: Readonly<Record<string, number>>,
): number {
  const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const own = targetGroups.reduce((sum, group) => sum + (weights[group] ?? 0), 0);
  return (100 * own) / Math.max(1, all);
}
