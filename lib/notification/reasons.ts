import { type ConfigurationDifference, describeChange, nameChanges } from '../rollout/configuration-change.ts';
import type { EventType, RecordedJudgement, RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { whyLine } from './why.ts';

type Teller<Type extends EventType> = (
  event: Extract<RolloutEvent, { type: Type }>,
  state: RolloutState,
) => readonly string[];

const stepBefore = () => ['The step before it passed.'];
const becauseOf = (_: unknown, { reason, failedGate }: RolloutState) =>
  reason === undefined
    ? []
    : [`Rolled back because: ${reason}${failedGate === undefined ? '' : ` (gate ${failedGate})`}`];
const nothingElse = () => [];

const proofs = {
  version: 'Its answers name the version.',
  requests: 'Its target group counted the requests.',
  targetHealth: "The load balancer's health checks alone: no request was sent.",
} as const;

/** What green gets otherwise: variables by name alone, as a value is for who may read the record. */
function differenceLines(difference: ConfigurationDifference | undefined): readonly string[] {
  if (difference === undefined || difference.changes.length === 0) return [];
  const { changes, more } = difference;
  return [
    `${nameChanges(difference)}.`,
    ...changes.filter(({ kind, name }) => kind === 'definition' && !name.includes('.environment.')).map(describeChange),
    ...(more === 0 ? [] : [`${more} more changes are not kept here: compare the two task definitions.`]),
  ];
}

/** Why each event happened, beside what the gates said; events that people are not told of have none. */
const tellers: { readonly [Type in EventType]: Teller<Type> } = {
  RolloutOpened: ({ rollback, specVersion }) =>
    rollback === undefined
      ? [`Judged by version ${String(specVersion)} of the spec.`]
      : [`Going back because: ${rollback.reason}`],
  PreChecksPassed: ({ results }) => results.map(checkLine),
  RolloutRejected: ({ results, reason }) => [reason, ...results.filter(({ passed }) => !passed).map(checkLine)],
  ApprovalRequested: ({ required }, { configuration }) => [
    `The spec wants the approval of ${required.join(', ')} before anything changes.`,
    ...differenceLines(configuration),
  ],
  Approved: ({ reason }) => (reason === undefined ? [] : [reason]),
  ApprovalGranted: (_, { approval }) =>
    (approval?.given ?? []).map(({ name, roles, at }) => `${name} (${roles.join(', ')}) approved at ${at}.`),
  DecisionRequested: ({ reason }) => [reason],
  RolloutPaused: ({ reason }) => (reason === undefined ? [] : [reason]),
  RolloutResumed: ({ reason }) => (reason === undefined ? [] : [reason]),
  StepPromoted: ({ reason }) => (reason === undefined ? [] : [reason]),
  RetryRequested: ({ reason }) => (reason === undefined ? [] : [reason]),
  CapacityRecorded: nothingElse,
  CapacityPinned: () => ['Blue must be able to carry everything again until the last watch has passed.'],
  GreenDeployed: () => ['The pre-checks passed, and every required approval is given.'],
  GreenReady: () => ['Its deployment is complete, and every task runs the pinned image.'],
  GreenVerified: ({ url, proof, requests, counted }) => [
    ...(url === undefined ? [] : [`Asked at ${url}`]),
    ...(proof === undefined ? [] : [proofs[proof]]),
    ...(requests === undefined ? [] : [`${requests} requests, ${counted ?? 0} of them counted by its target group.`]),
  ],
  HeaderRouteOpened: () => ['Green answered well before any user reached it.'],
  GreenSized: ({ step }) => [`Step ${step + 1} needs that many to carry its share.`],
  TrafficShifted: ({ step }) => (step === 0 ? ['Green was verified.'] : stepBefore()),
  GreenAnalysed: nothingElse,
  BakeHeld: ({ reason }) => [reason],
  ForeignChange: ({ changes }) =>
    changes.map(({ what, expected, found }) => `${what}: expected ${expected}, found ${found}`),
  ForeignChangeUndone: () => ['Everything is as the rollout left it.'],
  RolloutDelayed: ({ reason }) => [reason, 'This says nothing about green.'],
  DelayEnded: () => ['What could not be done has been done.'],
  ShiftHeld: ({ reason }) => [reason],
  StepPassed: () => ['Every gate passed for the whole bake, or a person skipped the rest of it.'],
  RollbackRequested: ({ reason, gate }) => [`${reason}${gate === undefined ? '' : ` (gate ${gate})`}`],
  TrafficRestored: becauseOf,
  RestorePlanRefreshed: nothingElse,
  RestorationHeld: ({ reason }) => [reason],
  OthersChangesKept: ({ rules }) => [...rules],
  OthersChangesLost: ({ rules }) => [...rules],
  TrafficNotRestored: ({ reason, rules }) => [reason, ...rules],
  BlueVerified: becauseOf,
  BlueNotHealthy: ({ reason }) => [reason],
  TrafficSteppedBack: becauseOf,
  StickinessRestored: () => ['It was switched off for the rollback, because it outlives weights.'],
  BlueAnswered: becauseOf,
  EvidenceCaptured: becauseOf,
  EvidenceMissing: ({ missing }) => [...missing],
  RollbackPartSlow: ({ seconds, budgetSeconds }) => [`${seconds} s, with a budget of ${budgetSeconds} s.`],
  RollbackSlow: ({ seconds, budgetSeconds }) => [`${seconds} s, with a budget of ${budgetSeconds} s.`],
  CapacityRestored: () => ['The rollout needs it pinned no longer.'],
  RollbackAttemptFailed: ({ reason }) => [reason],
  GreenRemoved: becauseOf,
  RequestsMoved: () => ['Weights and targets were verified at once; CloudWatch counts requests minutes later.'],
  RequestsNotMoved: () => ['No rule of the rollout sends green anything.'],
  TrafficStrayed: ({ rules }) => [...rules],
  CloseRequested: ({ reason, traffic }) => [reason, ...traffic],
  RollbackClosed: ({ reason, putBack, stays }) => [
    reason,
    ...putBack.map((what) => `Put back: ${what}`),
    ...stays.map((what) => `Stays: ${what}`),
  ],
  TrafficGivenBack: ({ rules }) => [...rules],
  RolledBack: ({ reason }) => [reason],
  RolloutSucceeded: () => ['Every step passed, and the last watch too.'],
  BlueScaledDown: () => ['The time at full capacity is over.'],
  BlueRetired: () => ['The time for an instant return is over.'],
  SideDrained: () => ['A change of weights ends no open request; the end of the tasks does.'],
  WeightsChanged: ({ rules }) => [...rules],
  UsersUnserved: ({ rules }) => [...rules],
  WeightsAsRecorded: nothingElse,
  AlertTaken: ({ note }) => (note === undefined ? [] : [note]),
};

/** What a decision of the gates stands behind. */
const byGates: ReadonlySet<EventType> = new Set<EventType>([
  'BakeHeld',
  'DecisionRequested',
  'StepPassed',
  'StepPromoted',
  'TrafficShifted',
  'RollbackRequested',
]);

/** Why an event happened: the reason, then what the gates said before it, a line each with green, blue and the limits. */
export function whyOf<Type extends EventType>(
  event: Extract<RolloutEvent, { type: Type }> & { readonly type: Type },
  gates: readonly RecordedJudgement[],
  state: RolloutState,
): readonly string[] {
  const numbers = byGates.has(event.type) ? gates.map((judgement) => whyLine(judgement, state.spec)) : [];
  return [...tellers[event.type](event, state), ...numbers].filter((line) => line.trim() !== '');
}

function checkLine({ name, passed, saw, expected }: { name: string; passed: boolean; saw: string; expected: string }) {
  return `${name}: ${passed ? 'passed' : 'FAILED'}, saw ${saw}, expected ${expected}`;
}
