import type { Identity, PeopleEvent } from './people-events.ts';
import type { RolloutState } from './state.ts';

/** How sure it is that it was that person; a record that did not say would claim more than is known. */
const told: Readonly<Record<Identity, string>> = {
  link: 'by personal link',
  verified: 'signed in',
  slack: 'by Slack',
  command: 'by command',
};

/** `Ana (by personal link)`; holds text that users control. */
export function deciderOf(by: string, how: Identity | undefined): string {
  return how === undefined ? by : `${by} (${told[how]})`;
}

/** One plain sentence for people; holds text that users control, so every renderer must escape it. */
export function describePeopleEvent(event: PeopleEvent, state: RolloutState): string {
  switch (event.type) {
    case 'ApprovalRequested':
      return `Waits until ${event.until} for the approval of ${event.required.join(', ')}; asked: ${names(event.asked)}.`;
    case 'Approved':
      return `Approved by ${deciderOf(event.by, event.how)}, ${event.roles.join(', ')}${because(event.reason)}`;
    case 'ApprovalGranted':
      return 'Every required approval is given; the pre-checks run once more before anything changes.';
    case 'DecisionRequested':
      return `Step ${event.step + 1} needs a person's decision until ${event.until}: ${event.reason} Asked: ${names(event.asked)}.`;
    case 'RolloutPaused':
      return `Paused by ${deciderOf(event.by, event.how)}; no traffic is shifted${because(event.reason)}`;
    case 'RolloutResumed':
      return `Resumed by ${deciderOf(event.by, event.how)}${because(event.reason)}`;
    case 'StepPromoted':
      return `${deciderOf(event.by, event.how)} skips the rest of step ${event.step + 1} of ${state.spec.steps.length}${event.full ? ' and goes to the last one' : ''}${because(event.reason)}`;
    case 'RetryRequested':
      return `${deciderOf(event.by, event.how)} tries the same image again${because(event.reason)}`;
  }
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '.' : `: ${reason}`;
}

function names(asked: readonly string[]): string {
  return asked.length === 0 ? 'no one, as the spec names no people' : asked.join(', ');
}
