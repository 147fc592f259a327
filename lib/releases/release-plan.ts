import { type Ordered, predecessorsOf, returnOrder } from './order.ts';

/** When a member begins and ends, in seconds from the start of the release, where nothing is held. */
export interface PlannedMember {
  readonly service: string;
  readonly startsAtSeconds: number;
  readonly endsAtSeconds: number;
  /** Members that it waits for. */
  readonly waitsFor: readonly string[];
  /** The one of those that ends last, which it really waits for. */
  readonly heldBy: string | undefined;
}

export interface ReleasePlan {
  /** In the order in which they begin. */
  readonly members: readonly PlannedMember[];
  readonly seconds: number;
  /** The members that the length of the release follows from, in order. */
  readonly longestWay: readonly string[];
  /** Groups in which finished members go back: all of a group at once, one group after the other. */
  readonly back: readonly (readonly string[])[];
}

/**
 * Returns when each member of a release begins and ends.
 * @param secondsOf how long a member's rollout takes at least
 */
export function releasePlan(members: readonly Ordered[], secondsOf: (service: string) => number): ReleasePlan {
  const planned = new Map<string, PlannedMember>();
  const place = (member: Ordered): PlannedMember => {
    const known = planned.get(member.service);
    if (known !== undefined) return known;
    const waitsFor = predecessorsOf(member);
    const before = members.filter(({ service }) => waitsFor.includes(service)).map(place);
    const startsAtSeconds = Math.max(0, ...before.map(({ endsAtSeconds }) => endsAtSeconds));
    const one: PlannedMember = {
      service: member.service,
      startsAtSeconds,
      endsAtSeconds: startsAtSeconds + secondsOf(member.service),
      waitsFor,
      heldBy: before.find(({ endsAtSeconds }) => endsAtSeconds === startsAtSeconds)?.service,
    };
    planned.set(member.service, one);
    return one;
  };
  const all = members.map(place);
  const seconds = Math.max(0, ...all.map(({ endsAtSeconds }) => endsAtSeconds));
  return {
    members: all.toSorted((one, other) => one.startsAtSeconds - other.startsAtSeconds),
    seconds,
    longestWay: wayTo(
      all.find(({ endsAtSeconds }) => endsAtSeconds === seconds),
      planned,
    ),
    back: returnOrder(members),
  };
}

function wayTo(last: PlannedMember | undefined, planned: ReadonlyMap<string, PlannedMember>): readonly string[] {
  if (last === undefined) return [];
  const before = last.heldBy === undefined ? undefined : planned.get(last.heldBy);
  return [...wayTo(before, planned), last.service];
}
