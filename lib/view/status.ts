import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';

/** Where a rollout stands, as a person sorts rollouts: what needs them first. */
export type RolloutStatus =
  | 'emergency'
  | 'drift'
  | 'waitingForDecision'
  | 'waitingForApproval'
  | 'paused'
  | 'held'
  | 'delayed'
  | 'rollingBack'
  | 'running'
  | 'succeeded'
  | 'rolledBack'
  | 'rejected';

const said: Readonly<Record<RolloutStatus, string>> = {
  emergency: 'EMERGENCY: a person has to act now',
  drift: 'held: others changed what it works on',
  waitingForDecision: "waiting for a person's decision",
  waitingForApproval: 'waiting for approval',
  paused: 'paused by a person',
  held: 'held: not enough evidence to decide',
  delayed: 'delayed: its work cannot be done for now',
  rollingBack: 'rolling back',
  running: '',
  succeeded: 'succeeded',
  rolledBack: 'rolled back',
  rejected: 'rejected',
};

const phases: Readonly<Record<RolloutState['phase'], string>> = {
  checking: 'pre-checks run',
  awaitingApproval: 'waiting for approval',
  provisioning: 'green is being started',
  verifying: 'green is being verified',
  shifting: 'traffic is about to shift',
  baking: 'green is being watched',
  finishing: 'finishing',
  rollingBack: 'rolling back',
  rejected: 'rejected',
  succeeded: 'succeeded',
  rolledBack: 'rolled back',
};

/** Returns where a rollout stands; of several things at once the one that needs a person most. */
export function statusOf(state: RolloutState): RolloutStatus {
  const { phase, matters = [] } = state;
  // A foreign change has a name of its own, and a deadline at which the rollout helps itself.
  if (matters.some(({ severity, type }) => severity === 'critical' && type !== 'ForeignChange')) return 'emergency';
  if (phase === 'rejected' || phase === 'succeeded' || phase === 'rolledBack' || phase === 'rollingBack') return phase;
  if (state.interference !== undefined) return 'drift';
  if (state.paused !== undefined && isActive(state)) return 'paused';
  if (phase === 'awaitingApproval') return 'waitingForApproval';
  if (phase === 'baking' && state.asked !== undefined) return 'waitingForDecision';
  if (state.delay !== undefined) return 'delayed';
  if (phase === 'baking' && state.heldSince !== undefined) return 'held';
  if (phase === 'shifting' && state.unreadySince !== undefined) return 'held';
  return 'running';
}

/** Returns where a rollout stands in a few words: its phase where nothing is special about it. */
export function statusText(state: RolloutState): string {
  const text = textOfStatus(state);
  if (state.drill !== undefined) return `drill of the ${state.drill}: ${text}`;
  return state.preset === undefined ? text : `${state.preset}: ${text}`;
}

function textOfStatus(state: RolloutState): string {
  const status = statusOf(state);
  if (status === 'held' && state.phase === 'shifting') return 'held: blue could not carry everything again';
  if (status === 'paused' && state.paused !== undefined) return `paused by ${state.paused.by} since ${state.paused.at}`;
  return status === 'running' ? phases[state.phase] : said[status];
}

/** Returns whether a rollout waits for a person. */
export function waitsForPerson(status: RolloutStatus): boolean {
  return ['emergency', 'drift', 'waitingForDecision', 'waitingForApproval', 'paused'].includes(status);
}
