import type { EventType } from './events.ts';
import type { RolloutState } from './state.ts';

/** Where a rollout stands. */
export type Phase =
  | 'checking'
  | 'awaitingApproval'
  | 'provisioning'
  | 'verifying'
  | 'shifting'
  | 'baking'
  | 'finishing'
  | 'rollingBack'
  | 'rejected'
  | 'succeeded'
  | 'rolledBack';

/** Phases in which a rollout holds its service's lock. */
const activePhases: readonly Phase[] = [
  'checking',
  'awaitingApproval',
  'provisioning',
  'verifying',
  'shifting',
  'baking',
  'finishing',
  'rollingBack',
];

/** Whether a rollout has not ended yet. */
export function isActive(state: RolloutState): boolean {
  return activePhases.includes(state.phase);
}

/** People may stop whatever comes before the end of the last step, and let it go on. */
const ofPeople: readonly EventType[] = ['RolloutPaused', 'RolloutResumed'];

/** What is seen of the weights once no rollout moves them. */
const ofWeights: readonly EventType[] = ['WeightsChanged', 'UsersUnserved', 'WeightsAsRecorded'];

/** The domain's rule book: which events each phase allows. What is not listed is refused. */
const legal: Readonly<Record<Phase, readonly EventType[]>> = {
  checking: ['PreChecksPassed', 'RolloutRejected', 'RollbackRequested', ...ofPeople],
  awaitingApproval: [
    'ApprovalRequested',
    'Approved',
    'ApprovalGranted',
    'RolloutRejected',
    'RollbackRequested',
    ...ofPeople,
  ],
  provisioning: ['CapacityRecorded', 'CapacityPinned', 'GreenDeployed', 'GreenReady', 'RollbackRequested', ...ofPeople],
  verifying: ['GreenVerified', 'HeaderRouteOpened', 'RollbackRequested', ...ofPeople],
  shifting: [
    'GreenSized',
    'ForeignChange',
    'ForeignChangeUndone',
    'RestorePlanRefreshed',
    'ShiftHeld',
    'TrafficShifted',
    'RollbackRequested',
    ...ofPeople,
  ],
  baking: [
    'GreenAnalysed',
    'BakeHeld',
    'ForeignChange',
    'ForeignChangeUndone',
    'RestorePlanRefreshed',
    'DecisionRequested',
    'StepPromoted',
    'StepPassed',
    'RollbackRequested',
    ...ofPeople,
  ],
  finishing: ['RolloutSucceeded', 'RollbackRequested'],
  rollingBack: [
    'TrafficRestored',
    'TrafficNotRestored',
    'RestorePlanRefreshed',
    'RestorationHeld',
    'OthersChangesKept',
    'OthersChangesLost',
    'TrafficSteppedBack',
    'StickinessRestored',
    'BlueVerified',
    'BlueNotHealthy',
    'BlueAnswered',
    'EvidenceCaptured',
    'EvidenceMissing',
    'RollbackPartSlow',
    'RollbackSlow',
    'CapacityRestored',
    'GreenRemoved',
    'CloseRequested',
    'RollbackClosed',
    'RolledBack',
  ],
  rejected: ['RetryRequested', ...ofWeights],
  succeeded: ['BlueScaledDown', 'BlueRetired', 'SideDrained', 'TrafficGivenBack', ...ofWeights],
  rolledBack: [
    'RetryRequested',
    'RequestsMoved',
    'RequestsNotMoved',
    'TrafficStrayed',
    'SideDrained',
    'RestorationHeld',
    ...ofWeights,
  ],
};

/** What may come in any phase before the end. */
const legalWhileActive: readonly EventType[] = ['RollbackAttemptFailed', 'RolloutDelayed', 'DelayEnded'];

/** What says nothing of the rollout itself, but of the people around it. */
const alwaysLegal: readonly EventType[] = ['AlertTaken'];

/** An event that the rollout's phase does not allow; `name` stays readable after minification. */
export class IllegalTransition extends Error {
  override readonly name = 'IllegalTransition';
  constructor(state: RolloutState, type: EventType) {
    super(`Rollout ${state.rolloutId} is ${state.phase}; ${type} is not possible there.`);
  }
}

/**
 * For before a change of the world that is recorded afterwards: what could not be recorded must not be done.
 * @throws IllegalTransition where the phase does not allow the event
 */
export function assertLegal(state: RolloutState, type: EventType): void {
  const isLegal =
    legal[state.phase].includes(type) ||
    alwaysLegal.includes(type) ||
    (isActive(state) && legalWhileActive.includes(type));
  if (!isLegal) throw new IllegalTransition(state, type);
}
