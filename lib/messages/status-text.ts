import type { RolloutState } from '../rollout/state.ts';

const phases: Readonly<Record<RolloutState['phase'], string>> = {
  checking: 'pre-checks',
  awaitingApproval: 'waits for approval',
  provisioning: 'green is provisioned',
  verifying: 'green is verified',
  shifting: 'traffic is shifted',
  baking: 'green is watched',
  finishing: 'finishing',
  rollingBack: 'rolling back',
  rejected: 'rejected',
  succeeded: 'succeeded',
  rolledBack: 'rolled back',
};

/** Returns where a rollout stands, in a few words: phase, step and green's share. */
export function statusText(state: RolloutState): string {
  return `${phases[state.phase]}${stepText(state) === '' ? '' : `, ${stepText(state)}`}`;
}

function stepText({ step, spec, weight, phase }: RolloutState): string {
  if (step < 0 || phase === 'succeeded' || phase === 'rolledBack') return '';
  return `step ${step + 1} of ${spec.steps.length}, green gets ${weight} %`;
}
