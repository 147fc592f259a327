import type { SlotName } from '../spec/rollout-spec.ts';
import type { ClosingEvent } from './closing-events.ts';
import { deciderOf } from './people-text.ts';
import type { RolloutState } from './state.ts';

/** What is true of a rollout because a person closes its rollback, or has closed it. */
export interface ClosingState {
  readonly closing?:
    | {
        readonly by: string;
        readonly how: 'link' | 'verified' | 'slack' | 'command';
        readonly reason: string;
        readonly at: string;
        /** Set once it is closed. */
        readonly closed?: true;
        /** The slot that gets all traffic since then. */
        readonly serves?: SlotName | undefined;
      }
    | undefined;
}

/** Returns what an event of the closing changes. */
export function closingChange(state: RolloutState, event: ClosingEvent, at: string): Partial<RolloutState> {
  const { by, how, reason } = event;
  if (event.type === 'CloseRequested') return { closing: { by, how, reason, at }, commands: (state.commands ?? 0) + 1 };
  const serves = event.serves === undefined ? {} : { serves: event.serves };
  return { phase: 'rolledBack', closedAt: at, closing: { by, how, reason, at, closed: true, ...serves } };
}

/** Returns the slot that should serve since the rollout ended; `undefined` where a person closed its rollback with split traffic. */
export function servesAfter({ phase, blue, green, closing }: RolloutState): SlotName | undefined {
  if (closing?.closed === true) return closing.serves;
  return phase === 'succeeded' ? green : blue;
}

/** Returns one plain sentence for people; it holds text that users control. */
export function describeClosing(event: ClosingEvent): string {
  const who = deciderOf(event.by, event.how);
  if (event.type === 'CloseRequested') return `${who} closes the rollback as it is: ${event.reason}`;
  const { putBack, stays } = event;
  const back = putBack.length === 0 ? 'nothing' : putBack.join('; ');
  return `The rollback was closed as it is by ${who}: ${event.reason} Put back: ${back}. Stays as it is: ${stays.join('; ')}.`;
}
