import type { EventType, RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { formatDuration } from '../spec/quantity.ts';

type Teller<Type extends EventType> = (
  event: Extract<RolloutEvent, { type: Type }>,
  state: RolloutState,
  at: string,
  stage: string,
) => string;

const nothing = () => '';

/** What comes after each event, and when. */
const tellers: { readonly [Type in EventType]: Teller<Type> } = {
  RolloutOpened: () => 'The pre-checks come next.',
  PreChecksPassed: (_, { phase, spec }) =>
    phase === 'awaitingApproval'
      ? 'People are asked to approve next.'
      : `Green is provisioned next; its tasks must be ready within ${formatDuration(spec.timeouts.provisionGreen)}.`,
  CapacityRecorded: nothing,
  CapacityPinned: () => 'Green is provisioned next.',
  GreenSized: ({ step }) => `Step ${step + 1} begins once they are healthy.`,
  GreenAnalysed: nothing,
  Approved: (_, { approval }) =>
    approval?.until === undefined ? 'The others are waited for.' : `The others are waited for until ${approval.until}.`,
  ForeignChange: ({ until }) =>
    `No traffic is shifted meanwhile. If it is not put back, it is rolled back at ${until}.`,
  ForeignChangeUndone: () => 'The rollout goes on at its next look.',
  RolloutDelayed: ({ until }) => `It is tried again at each evaluation; at ${until} it is rolled back.`,
  DelayEnded: () => 'The rollout goes on.',
  ShiftHeld: ({ until }) => `It is looked at again each period; at ${until} it is rolled back.`,
  TrafficSteppedBack: () => 'The rest of the traffic goes back to blue next.',
  StickinessRestored: () => 'Green is removed next.',
  BlueAnswered: () => 'What green left behind is kept next, then green is removed.',
  EvidenceCaptured: () => 'Green is removed next.',
  EvidenceMissing: () => 'Green is removed all the same. What is missing has to be looked for by hand, soon.',
  RollbackPartSlow: () => 'The rollback goes on. Look at the part that was slow once it is over.',
  RollbackSlow: () => 'Traffic is on blue. Look at what was slow: the next rollback will be, too.',
  CapacityRestored: () => 'What is left is to end it.',
  GreenRemoved: () => 'The rollback is closed next.',
  BlueRetired: () => 'Nothing more comes of this rollout.',
  ApprovalRequested: ({ until }) => `What is not approved by ${until} is rejected.`,
  ApprovalGranted: () => 'The pre-checks run once more, then green is provisioned.',
  DecisionRequested: ({ until }) => `Its gates are judged on. Without a decision it is rolled back at ${until}.`,
  RolloutPaused: (_, { rolloutId }) => `It goes on when a person resumes it: sluice resume ${rolloutId}`,
  RolloutResumed: () => 'It goes on at its next look.',
  StepPromoted: () => 'Its gates are judged once more at the next look; if none fails it goes on.',
  RetryRequested: () => 'A new rollout of the same image starts.',
  RolloutRejected: () => 'Nothing was changed. Correct what is named, then start it again.',
  GreenDeployed: (_, { spec }, at) => `Its tasks must be ready by ${later(at, spec.timeouts.provisionGreen)}.`,
  GreenReady: () => 'Green is looked at before any user reaches it.',
  GreenVerified: () => 'The header route opens next.',
  HeaderRouteOpened: (_, state) => stepText(state, 0),
  TrafficShifted: ({ step }, state, at) => {
    const bake = state.spec.steps[step]?.bake ?? 0;
    return `Watched until ${later(at, bake)} at least. ${stepText(state, step + 1)}`;
  },
  BakeHeld: ({ until }) => `Without better evidence it is rolled back at ${until}.`,
  StepPassed: ({ step }, state) => stepText(state, step + 1),
  RollbackRequested: () => 'All traffic goes back to blue now; that takes seconds. Then blue is verified.',
  TrafficRestored: () => 'Blue is verified next, then green is removed.',
  RestorePlanRefreshed: nothing,
  RestorationHeld: ({ why }) =>
    why === 'blueDown'
      ? 'Blue is checked again every 10 s; traffic goes back as soon as it has a healthy target. A person has to bring blue back.'
      : 'Health is read again every 5 s; after a minute traffic goes back to blue all the same.',
  OthersChangesKept: () => 'The rules stay as others left them; only the weights are those of before.',
  OthersChangesLost: () => 'Nothing makes these changes again by itself. A login that is missing lets every user in.',
  TrafficNotRestored: () => 'It is tried again. A person has to look at the load balancer now.',
  BlueVerified: () => 'Green is removed next.',
  BlueNotHealthy: (_, { rolloutId }, __, stage) =>
    `Green keeps running, and another attempt follows. A person has to look at blue, and to decide. To end the rollback as it is: ${closeCommand(rolloutId, stage)}`,
  RollbackAttemptFailed: ({ next }, { rolloutId, phase }, _, stage) =>
    phase === 'rollingBack' ? `${next} To end it as it is: ${closeCommand(rolloutId, stage)}` : next,
  RequestsMoved: () => 'Its weights are looked at until ten minutes after the rollback.',
  RequestsNotMoved: () =>
    'Its weights are looked at until ten minutes after the rollback. Look for another rule or listener that forwards to green.',
  TrafficStrayed: () =>
    'It is looked at again until ten minutes after the rollback. Find out who writes these rules: green has no tasks any more.',
  CloseRequested: () => 'The attempt under way is stopped, then the rollback is closed. No traffic is moved.',
  RollbackClosed: () =>
    'No attempt follows. What stays as it is remains so until a person or the next rollout changes it.',
  TrafficGivenBack: () => 'The former blue is retired as planned.',
  RolledBack: () => 'Nothing comes by itself: the version stays out until a person starts it again.',
  RolloutSucceeded: ({ fullUntil, keptUntil }) =>
    `The former blue stays at full capacity until ${fullUntil}, and is removed at ${keptUntil}.`,
  BlueScaledDown: () => 'It is removed when its time is over.',
  SideDrained: ({ tasksLeft }) =>
    tasksLeft === 0
      ? 'Its slot runs nothing any more.'
      : 'It is not watched any longer. ECS stops the tasks once the deregistration delay is over.',
  WeightsChanged: () =>
    'Nothing is written while users are served. Put the weights back, and let your infrastructure code leave them alone.',
  UsersUnserved: ({ restored }) =>
    restored.length === 0
      ? 'It is checked again every five minutes. A person has to act now.'
      : 'Find out what wrote these rules, and let your infrastructure code leave the weights alone.',
  WeightsAsRecorded: () => 'They are checked every five minutes.',
  AlertTaken: () => 'Its reminders have ended.',
};

/** What comes after an event, and when; empty where nothing does. */
export function nextOf<Type extends EventType>(
  event: Extract<RolloutEvent, { type: Type }> & { readonly type: Type },
  state: RolloutState,
  at: string,
  stage: string,
): string {
  return tellers[event.type](event, state, at, stage);
}

function closeCommand(rolloutId: string, stage: string): string {
  return `sluice close ${rolloutId} --stage ${stage} --reason "…"`;
}

function stepText({ spec }: RolloutState, index: number): string {
  const step = spec.steps[index];
  if (step === undefined) return 'Then it is finished: green serves, and blue is kept for a while.';
  return `Step ${index + 1} of ${spec.steps.length} comes next: green gets ${step.weight} % for ${formatDuration(step.bake)}.`;
}

function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}
