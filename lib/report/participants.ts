import { deciderOf } from '../rollout/decider.ts';
import { definitionOf, type RecordedEvent, type RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeEvent } from '../rollout/transition.ts';

/** What a person did to a rollout. */
export interface Act {
  /** ISO 8601. */
  readonly at: string;
  /** Who, and how that is known. */
  readonly by: string;
  /** One sentence, with the reason where one was given. */
  readonly text: string;
}

/** A person of a rollout. */
export interface Participant {
  readonly name: string;
  /** By the spec; empty for one that it does not name. */
  readonly roles: readonly string[];
  /** `requested it`, `was asked to approve`, and what else the record has of them. */
  readonly did: readonly string[];
}

/** Returns what people decided, oldest first. */
export function decisionsOf(state: RolloutState, events: readonly RecordedEvent[]): readonly Act[] {
  return events.flatMap(({ at, event }) => {
    const who = personOf(event);
    return who === undefined ? [] : [{ at, by: who.said, text: describeEvent(event, state) }];
  });
}

/** Returns everyone who had a part in a rollout: its requester, those who were asked, and those who decided. */
export function participantsOf(state: RolloutState, events: readonly RecordedEvent[]): readonly Participant[] {
  const did = new Map<string, Set<string>>([[state.requestedBy, new Set(['requested it'])]]);
  const note = (name: string, what: string) => {
    did.set(name, (did.get(name) ?? new Set<string>()).add(what));
  };
  for (const { event } of events) {
    if (event.type === 'ApprovalRequested') for (const name of event.asked) note(name, 'was asked to approve');
    if (event.type === 'DecisionRequested') for (const name of event.asked) note(name, 'was asked to decide');
    const who = personOf(event);
    if (who !== undefined) note(who.name, deedOf(event));
  }
  const { people } = state.spec.approvals;
  return [...did].map(([name, what]) => ({
    name,
    roles: people.find((person) => person.name === name)?.roles ?? [],
    did: [...what],
  }));
}

/** An event without an identity is the rollout's own. */
function personOf(event: RolloutEvent): { readonly name: string; readonly said: string } | undefined {
  if (!('by' in event) || event.by === undefined || !('how' in event) || event.how === undefined) return undefined;
  return { name: event.by, said: deciderOf(event.by, event.how, event) };
}

function deedOf(event: RolloutEvent): string {
  return definitionOf(event).deed ?? event.type;
}
