import type { Judged } from '../../approval/judge-approval.ts';
import { type RolloutStore, StaleWrite, type StoredRollout } from '../../ports/rollout-store.ts';
import type { EventType } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import type { Part } from '../../ports/world.ts';

/** What became of what a person wanted; `stored` is the rollout afterwards. */
export type Decided =
  | { readonly outcome: 'done'; readonly stored: StoredRollout }
  | { readonly outcome: 'refused'; readonly reason: string; readonly stored: StoredRollout };

/** As much of the world as a decision touches: the command line has no more. */
export interface DecisionNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'load' | 'append'>;
}

/** Decisions that let traffic into the new version. */
const letTrafficIn: ReadonlySet<EventType> = new Set<EventType>([
  'Approved',
  'ApprovalGranted',
  'BreakGlassUsed',
  'CalendarOverridden',
  'StepPromoted',
  'RolloutResumed',
  'TaskDecided',
]);

/** A rollout writes once an evaluation; somebody who tries again at once gets in between soon. */
const mostTries = 25;

/**
 * Appends what a person decided, under the condition that nobody wrote meanwhile; otherwise it is judged anew by what is true by
 * now. So of two clicks at once, one decides, and the other learns of it.
 * @throws StaleWrite where others wrote each time
 */
export async function decide(
  rolloutId: string,
  judge: (state: RolloutState, now: Date) => Judged,
  { store, now }: DecisionNeeds,
): Promise<Decided> {
  for (let tries = 1; ; tries += 1) {
    const stored = await knownRollout(store, rolloutId);
    const judged = judge(stored.state, now());
    if (judged.outcome === 'refused') return { ...judged, stored };
    const { altered } = stored;
    if (altered !== undefined && judged.events.some(({ type }) => letTrafficIn.has(type))) {
      const reason = `The record of this rollout was changed outside of Sluice: ${altered} It lets no traffic in; roll it back.`;
      return { outcome: 'refused', reason, stored };
    }
    try {
      return { outcome: 'done', stored: await store.append(stored, judged.events, now().toISOString()) };
    } catch (error) {
      if (!(error instanceof StaleWrite) || tries === mostTries) throw error;
    }
  }
}
