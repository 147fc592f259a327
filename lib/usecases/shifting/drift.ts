import { driverOf } from '../../drivers/registry.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { changesOf, type Drift, type DriftDecision, driftDecision } from '../../rollout/drift.ts';
import { refreshedItems } from '../../drivers/rules/restoration.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { confirmedReading } from '../ownership/confirmed-reading.ts';
import type { Part } from '../../ports/world.ts';

/** How a rollout goes on after a check for drift, with the events to record. */
export type DriftOutcome =
  | { readonly outcome: 'free' | 'held'; readonly events: readonly RolloutEvent[]; readonly seen: string }
  | { readonly outcome: 'rollBack'; readonly events: readonly RolloutEvent[]; readonly reason: string }
  /** The rules or slots could not be read. */
  | { readonly outcome: 'unknown'; readonly events: readonly RolloutEvent[]; readonly reason: string };

/**
 * Checks for drift: whether its rules and both slots are as the rollout left them. One call each.
 * @param weights percents that green may have
 */
export async function checkDrift(
  state: RolloutState,
  weights: readonly number[],
  world: Part<'router' | 'runtime' | 'trail' | 'now' | 'sleep'>,
): Promise<DriftOutcome> {
  // A description may be a little behind a change of the rollout's own.
  const { found, routings } = await confirmedReading(
    () => look(state, weights, world),
    (reading) => reading.found.length > 0,
    world,
  );
  const around = await outcomeOf(found, driftDecision(state, found, world.now()), state, world);
  return { ...around, events: [...refreshOf(state, routings), ...around.events] };
}

/** The event that keeps in the restore plan what others added to its rules; none where they added nothing. */
export function refreshOf(state: RolloutState, routings: readonly (Routing | undefined)[]): readonly RolloutEvent[] {
  const items = refreshedItems(state, routings);
  return items.length > 0 ? [{ type: 'RestorePlanRefreshed', items }] : [];
}

async function look(
  state: RolloutState,
  weights: readonly number[],
  { router, runtime }: Part<'router' | 'runtime'>,
): Promise<{ readonly found: readonly Drift[]; readonly routings: readonly (Routing | undefined)[] }> {
  const { spec, blue, green } = state;
  const [routings, ...slots] = await Promise.all([
    router.find(trafficOf(spec)),
    ...[blue, green].map((slot) => runtime.describe(workloadOf(spec, slot))),
  ]);
  return {
    found: driverOf(spec).driftIn(state, { routings, blue: slots[0], green: slots[1] }, weights),
    routings,
  };
}

async function outcomeOf(
  found: readonly Drift[],
  decision: DriftDecision,
  state: RolloutState,
  world: Part<'trail'>,
): Promise<DriftOutcome> {
  const seen = found.map(({ what }) => what).join(', ');
  switch (decision.outcome) {
    case 'free':
      return { outcome: 'free', events: decision.events, seen };
    case 'rollBack':
      return { outcome: 'rollBack', events: [], reason: decision.reason };
    case 'held': {
      // The trail tells some minutes late: who it was is announced once more when it is known.
      const isKnown = !decision.news && state.interference?.who !== nobodyKnown;
      const who = isKnown ? nobodyKnown : await whoDid(found, state, world);
      if (!decision.news && who === nobodyKnown) return { outcome: 'held', events: [], seen };
      const until = decision.until.toISOString();
      return { outcome: 'held', events: [{ type: 'ForeignChange', changes: changesOf(found), who, until }], seen };
    }
  }
}

const nobodyKnown = 'nobody knows yet';

/** Who changed any of it, in words; a trail that does not answer holds nothing up. */
async function whoDid(found: readonly Drift[], { openedAt }: RolloutState, { trail }: Part<'trail'>): Promise<string> {
  const subjects = [...new Set(found.map(({ subject }) => subject))].slice(0, mostSubjects);
  const answers = await Promise.allSettled(subjects.map((subject) => trail.whoChanged(subject, new Date(openedAt))));
  const known = answers.flatMap((answer) => (answer.status === 'fulfilled' ? (answer.value ?? []) : []));
  return known.length === 0 ? nobodyKnown : [...new Set(known)].join('; ');
}

/** CloudTrail may be asked twice a second. */
const mostSubjects = 2;
