import type { RolloutEvent } from '../rollout/events.ts';
import type { Decider } from '../rollout/decider.ts';
import { isActive, type Phase } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { howItEnded } from './how-it-ended.ts';
import { type Judged, refused } from './judge-approval.ts';

/** What a person may tell a rollout. */
export type Command = 'pause' | 'resume' | 'promote' | 'promoteFully' | 'abort' | 'retry' | 'override';

const pausable: readonly Phase[] = ['checking', 'awaitingApproval', 'provisioning', 'verifying', 'shifting', 'baking'];
const retryable: readonly Phase[] = ['rejected', 'rolledBack'];

/** Judges a command by the state that it would act on. */
export function judgeCommand(state: RolloutState, command: Command, decider: Decider): Judged {
  const { rolloutId, phase, askedTask } = state;
  if (askedTask !== undefined && command === 'retry' && !retryable.includes(phase))
    return ofTask(state, 'again', decider);
  if (askedTask !== undefined && command === 'promote' && phase === 'succeeded') return ofTask(state, 'goOn', decider);
  if (command === 'retry') return retry(state, decider);
  if (!isActive(state)) return refused(`Rollout ${rolloutId} has ended: ${howItEnded(phase)}.${afterEnd(state)}`);
  if (command === 'abort') return abort(state, decider);
  if (phase === 'rollingBack') return refused(`Rollout ${rolloutId} is being rolled back, which nothing stops.`);
  if (command === 'pause') return pause(state, decider);
  if (command === 'resume') return resume(state, decider);
  if (command === 'override') return override(state, decider);
  return promote(state, command === 'promoteFully', decider);
}

function counts(event: RolloutEvent): Judged {
  return { outcome: 'counts', events: [event] };
}

function afterEnd({ rolloutId, phase, drill }: RolloutState): string {
  return retryable.includes(phase) && drill === undefined ? ` Try its image again with: sluice retry ${rolloutId}` : '';
}

function pause({ rolloutId, phase, paused }: RolloutState, decider: Decider): Judged {
  if (paused !== undefined) return refused(`Rollout ${rolloutId} is paused already, by ${paused.by} at ${paused.at}.`);
  if (pausable.includes(phase)) return counts({ type: 'RolloutPaused', ...decider });
  return refused(`Rollout ${rolloutId} has passed its last step; nothing is left to pause.`);
}

function resume({ rolloutId, phase, paused }: RolloutState, decider: Decider): Judged {
  if (paused === undefined) return refused(`Rollout ${rolloutId} is not paused: it is ${phase}.`);
  return counts({ type: 'RolloutResumed', ...decider });
}

const overridable: readonly Phase[] = ['checking', 'provisioning', 'verifying', 'shifting', 'baking'];

function override({ rolloutId, phase }: RolloutState, decider: Decider): Judged {
  if (decider.reason === undefined || decider.reason.trim() === '') {
    return refused('Going on in spite of the calendar needs a comment: say why.');
  }
  if (overridable.includes(phase)) return counts({ type: 'CalendarOverridden', ...decider });
  return refused(`Rollout ${rolloutId} is ${phase}: no window, freeze or stop keeps it from anything.`);
}

function promote(state: RolloutState, full: boolean, decider: Decider): Judged {
  const { rolloutId, phase, paused, promotion, step, spec, askedTask } = state;
  if (phase === 'awaitingApproval') {
    return refused(`Rollout ${rolloutId} waits for approval. Those who may: sluice approve ${rolloutId} --as <name>`);
  }
  if (paused !== undefined) {
    return refused(`Rollout ${rolloutId} is paused, by ${paused.by}. Let it go on first: sluice resume ${rolloutId}`);
  }
  if (askedTask !== undefined) return ofTask(state, 'goOn', decider);
  if (phase !== 'baking') {
    return refused(`Rollout ${rolloutId} is ${phase}: no step bakes that could be skipped. Try again in a moment.`);
  }
  const before = promotion?.step === step ? promotion : undefined;
  if (before !== undefined && (before.full || !full)) {
    return refused(
      `The rest of step ${step + 1} is skipped already, as ${before.by} said; the rollout goes on at its next evaluation.`,
    );
  }
  const isLast = step === spec.steps.length - 1;
  return counts({ type: 'StepPromoted', step, full: full && !isLast, ...decider });
}

/** People say how a rollout goes on whose task has an end that nobody knows. */
function ofTask({ rolloutId, phase, askedTask }: RolloutState, answer: 'again' | 'goOn', decider: Decider): Judged {
  if ((phase !== 'verifying' && phase !== 'succeeded') || askedTask === undefined) {
    return refused(`Rollout ${rolloutId} is ${phase}: its task waits for no decision any more.`);
  }
  const { stage, task } = askedTask;
  return counts({ type: 'TaskDecided', stage, task, answer, ...decider });
}

function abort({ rolloutId, phase, reason: known }: RolloutState, { reason, ...who }: Decider): Judged {
  if (phase === 'rollingBack') return refused(`Rollout ${rolloutId} is being rolled back already: ${known ?? ''}`);
  if (reason === undefined || reason.trim() === '') return refused('Rolling back needs a comment: say why.');
  return counts({ type: 'RollbackRequested', reason, ...who });
}

function retry({ rolloutId, phase, service, drill, commands = 0 }: RolloutState, decider: Decider): Judged {
  if (drill !== undefined) {
    return refused(`Rollout ${rolloutId} is a drill. Order another one with: sluice drill ${drill} ${service}`);
  }
  if (!retryable.includes(phase)) {
    return refused(
      `Rollout ${rolloutId} cannot be tried again: ${howItEnded(phase)}, and only one that was rejected or rolled back can be.`,
    );
  }
  return counts({ type: 'RetryRequested', execution: `${rolloutId}-retry-${commands + 1}`, ...decider });
}
