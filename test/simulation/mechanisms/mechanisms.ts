import { type Random, seeded } from '../../../lib/calibration/random.ts';
import { faultsOf, rolloutSeconds } from '../faults/draw.ts';
import type { Fault } from '../faults/faults.ts';
import type { Invariant } from '../invariants/watch.ts';
import type { Scenario } from '../scenario.ts';
import type { Without } from '../build.ts';
import {
  believesInBlue,
  believesInHealth,
  believesItsWrites,
  believesTheRestoration,
  changed,
  forgetsBlue,
  hearsNoPause,
  hintsNothing,
  pinsNothing,
  quietAlarms,
  readsNoLogins,
  remembersItsFirstLook,
  seesNobody,
  silenced,
  skipped,
  unconditionally,
  unconditional,
  withoutSchedules,
  withoutTurns,
  writtenOnce,
} from './alterations.ts';

type Draw = (random: Random, seconds: number) => readonly Fault[];

/** A safety mechanism: what a build without it lacks, the faults that it is there for, and the promise that breaks then. */
export interface Mechanism {
  readonly breaks: Invariant;
  /** Kinds that are drawn from as everywhere; or the very faults that show the hole, where others hardly do. */
  readonly against: readonly Fault['kind'][] | Draw;
  readonly without: Without;
}

/** Returns the faults that one run sees of a mechanism's own. */
export function faultsFor({ against }: Mechanism, scenario: Scenario): readonly Fault[] {
  if (typeof against !== 'function') return faultsOf(scenario, against);
  return against(seeded(scenario.seed, 2), rolloutSeconds(scenario));
}

/** Somebody presses Stop while green has traffic. */
const stoppedInShift: Draw = (random, seconds) => [
  { kind: 'stopped', machine: 'rollout', at: random.integer(250, seconds) },
];

/** The same, while the rollout is paused. */
const stoppedInPause: Draw = (random, seconds) => {
  const at = random.integer(250, seconds);
  return [
    { kind: 'command', what: 'pause', at },
    { kind: 'stopped', machine: 'rollout', at: at + random.integer(5, 60) },
  ];
};

/** Somebody presses Stop between the success of a rollout and the start of its retirement. */
const stoppedAtTheEnd: Draw = (random) => [
  { kind: 'stopped-in', state: 'FinishRollout', nth: 1, milliseconds: random.integer(0, 1_500) },
];

/** The topic takes nothing for longer than any machine tries. */
const nothingIsTaken: Draw = (random, seconds) => [
  { kind: 'outage', of: 'sns', answer: 'refused', from: random.integer(0, seconds), seconds: 6 * 3600 },
];

const pausedInShift: Draw = (random, seconds) =>
  [1, 2].map(() => ({ kind: 'command', what: 'pause', at: random.integer(150, seconds) }));

/** A green that turns bad soon after its rollout was paused. */
const badWhilePaused: Draw = (random, seconds) => {
  const at = random.integer(250, seconds);
  return [
    { kind: 'command', what: 'pause', at },
    { kind: 'turns-bad', at: at + random.integer(0, 120) },
  ];
};

/** Every task of blue ends, and a person asks for a rollback a minute and more later. */
const blueDiesInShift: Draw = (random, seconds) => {
  const from = random.integer(250, seconds);
  return [
    { kind: 'tasks-die', slot: 'blue', from, seconds: 600 },
    { kind: 'asked-back', at: from + random.integer(70, 200) },
  ];
};

/** The same, and from some moment after that on the load balancer answers nothing for a minute or two. */
const blueDiesUnasked: Draw = (random, seconds) => {
  const from = random.integer(250, seconds);
  const back = from + random.integer(70, 120);
  return [
    { kind: 'tasks-die', slot: 'blue', from, seconds: 1_800 },
    { kind: 'asked-back', at: back },
    { kind: 'throttling', part: 'router', from: back + random.integer(20, 90), seconds: random.integer(60, 120) },
  ];
};

const loginInShift: Draw = (random, seconds) => {
  const at = random.integer(200, seconds);
  return [
    { kind: 'rule-edit', what: 'login', at },
    { kind: 'asked-back', at: at + random.integer(40, 200) },
  ];
};

/** A shift is on its way while its execution is stopped, and a person closes the rollback at once. */
const closedInShift: Draw = (random) => [
  { kind: 'late-write', function: 'ShiftTraffic', nth: 1, seconds: random.integer(90, 149) / 10, then: 'stopped' },
  { kind: 'closed', at: 2, heard: true },
];

const alarmInShift: Draw = (random, seconds) => [{ kind: 'alarm', from: random.integer(250, seconds), seconds: 900 }];

/** The queue hands some messages on twice. */
const someDeliveryTwice: Draw = (random) =>
  Array.from({ length: 6 }, () => ({ kind: 'hint', of: 'delivery', how: 'twice', nth: random.integer(1, 12) }));

/** The table answers nothing for half an hour, and what the machine writes into rules first is answered and never made. */
const lostWithoutTable: Draw = (random, seconds) => [
  { kind: 'outage', of: 'dynamodb', answer: 'silent', from: random.integer(250, seconds), seconds: 1_800 },
  { kind: 'unapplied', call: 'router.modifyRule', nth: 1 },
  { kind: 'unapplied', call: 'router.modifyListener', nth: 1 },
];

const takenBack: Draw = (random, seconds) =>
  [1, 2, 3].map(() => ({ kind: 'foreign', what: 'blue-all', at: random.integer(250, seconds) }));

export const mechanisms = {
  'the fence is checked right before each call': {
    breaks: 'a stale writer is refused',
    against: ['slow-look'],
    without: { alterWorld: remembersItsFirstLook },
  },
  'the rollback restores a second time': {
    breaks: 'what was rolled back stays rolled back',
    against: ['late-write'],
    without: {
      alterMachine: changed('rollback', {
        IsRestoredTwice: ({ Choices }) => ({ Type: 'Choice', Choices, Default: Choices?.[0]?.Next ?? '' }),
      }),
    },
  },
  'it outwaits every function that may still write': {
    breaks: 'what was rolled back stays rolled back',
    against: ['late-write'],
    without: { alterMachine: changed('rollback', { OutwaitWriters: skipped }) },
  },
  'a closing outwaits it, too': {
    breaks: 'what was rolled back stays rolled back',
    against: closedInShift,
    without: { alterMachine: changed('rollback', { OutwaitBeforeClosing: skipped }) },
  },
  'the rules are read back after a shift': {
    breaks: 'the record tells what happened',
    against: ['unapplied'],
    without: { alterWorld: believesItsWrites },
  },
  'the rules are read back after a restoration': {
    breaks: 'the record tells what happened',
    against: ['unapplied'],
    without: { alterWorld: believesTheRestoration },
  },
  'the rules are read back after a restoration without the table': {
    breaks: 'blue is back within the guard’s period',
    against: lostWithoutTable,
    without: { alterMachine: changed('rollback', { RestoreWithoutTable: writtenOnce }) },
  },
  'the dead-man schedule': {
    breaks: 'blue is back within the guard’s period',
    against: stoppedInShift,
    without: { alterWorld: withoutSchedules(/-(guard|g\d+|w\w+)$/), hints: ['status', 'sweep'] },
  },
  'the dead-man schedule, while the rollout is paused': {
    breaks: 'blue is back within the guard’s period',
    against: stoppedInPause,
    without: { alterWorld: withoutSchedules(/-(guard|g\d+|w\w+)$/), hints: ['status', 'sweep'] },
  },
  'the schedule at the maximum time': {
    breaks: 'every rollout ends',
    against: stoppedInShift,
    without: { alterWorld: withoutSchedules(/-limit$/), hints: ['status', 'schedule', 'sweep'] },
  },
  'the event that an execution ended': {
    breaks: 'nothing is left behind',
    against: stoppedAtTheEnd,
    without: { hints: ['status', 'sweep'] },
  },
  'attempts to roll back go on until one succeeds': {
    breaks: 'every rollout ends',
    against: ['killed'],
    without: { alterWorld: withoutTurns, hints: ['schedule'] },
  },
  // What has ended keeps its traffic all the same, as PlanRestoration refuses it; but such attempts would follow each other for ever.
  'a claim takes only what has not ended': {
    breaks: 'everything comes to rest once all faults have ended',
    against: ['asked-back'],
    without: {
      alterMachine: changed('rollback', { Claim: unconditionally, TakeOver: unconditionally, AssertClaim: skipped }),
    },
  },
  'the lock of a service': {
    breaks: 'one rollout of a service at a time',
    against: ['second-push'],
    without: { alterWrite: unconditional('LOCK') },
  },
  'green has a healthy target before it gets traffic': {
    breaks: 'green gets weight only with healthy targets',
    against: ['unhealthy'],
    without: { alterWorld: believesInHealth },
  },
  'autoscaling is pinned': {
    breaks: 'blue keeps full capacity',
    against: ['autoscaling'],
    without: { alterWorld: pinsNothing },
  },
  'a rollout that is held is judged on': {
    breaks: 'a green that turns bad loses its traffic',
    against: badWhilePaused,
    without: {
      alterMachine: changed('rollout', {
        AwaitResume: (own) => ({ ...own, Next: 'ShiftTraffic' }),
        WaitToShift: (own) => ({ ...own, Next: 'SizeGreen' }),
      }),
    },
  },
  'a rollout looks around for other people’s hands': {
    breaks: 'other people’s changes are heard of',
    against: takenBack,
    without: { alterWorld: seesNobody },
  },
  'a pause is read right before each rule': {
    breaks: 'a pause holds',
    against: pausedInShift,
    without: { alterWorld: hearsNoPause },
  },
  'machines announce what the stream did not': {
    breaks: 'every transition is announced, in order',
    against: ['hint'],
    without: { alterMachine: silenced, hints: ['sweep'] },
  },
  'a sweep announces what an outage has left unannounced': {
    breaks: 'every transition is announced, in order',
    against: nothingIsTaken,
    without: { hints: ['sweep'] },
  },
  'a restoration asks which side can serve': {
    breaks: 'users go to a side that can serve',
    against: blueDiesInShift,
    without: { alterWorld: believesInBlue },
  },
  'a blue that was seen dead is dead until it can be asked again': {
    breaks: 'users go to a side that can serve',
    against: blueDiesUnasked,
    without: { alterWorld: forgetsBlue, alterMachine: changed('rollback', { KeepPlan: skipped }) },
  },
  'a restoration keeps what others added': {
    breaks: 'what others add to a rule is kept, or its loss is told',
    against: loginInShift,
    without: { alterWorld: readsNoLogins },
  },
  'the queue is told of every event that a channel has to hear': {
    breaks: 'each message is shown once, and none is lost',
    against: someDeliveryTwice,
    without: { alterWorld: hintsNothing },
  },
  'alarms are heard of': {
    breaks: 'an alarm takes green’s traffic away',
    against: alarmInShift,
    without: { alterWorld: quietAlarms, hints: ['alarm'] },
  },
} satisfies Record<string, Mechanism>;
