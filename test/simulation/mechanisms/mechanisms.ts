import type { Fault } from '../faults/faults.ts';
import type { Invariant } from '../invariants/watch.ts';
import type { Without } from '../build.ts';
import {
  believesInHealth,
  believesItsWrites,
  believesTheRestoration,
  changed,
  hearsNoPause,
  pinsNothing,
  remembersItsFirstLook,
  seesNobody,
  silenced,
  skipped,
  unconditionally,
  unconditional,
  withoutSchedules,
  withoutTurns,
} from './alterations.ts';

/** A safety mechanism: what a build without it lacks, the faults that it is there for, and the promise that breaks then. */
export interface Mechanism {
  readonly breaks: Invariant;
  readonly against: readonly Fault['kind'][];
  readonly without: Without;
}

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
  'the dead-man schedule': {
    breaks: 'blue is back within the guard’s period',
    against: ['stopped', 'hint'],
    without: { alterWorld: withoutSchedules('-guard'), hints: ['status'] },
  },
  'the schedule at the maximum time': {
    breaks: 'every rollout ends',
    against: ['stopped', 'hint'],
    without: { alterWorld: withoutSchedules('-limit'), hints: ['status', 'schedule'] },
  },
  'the event that an execution ended': {
    breaks: 'nothing is left behind',
    against: ['stopped-in'],
    without: { hints: ['status'] },
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
    // Traffic that somebody gives to green meanwhile shows it in far fewer runs than a green that turns bad just then.
    breaks: 'blue is back within the guard’s period',
    against: ['turns-bad', 'command', 'foreign'],
    without: {
      alterMachine: changed('rollout', {
        AwaitResume: (own) => ({ ...own, Next: 'ShiftTraffic' }),
        WaitToShift: (own) => ({ ...own, Next: 'SizeGreen' }),
      }),
    },
  },
  'a rollout looks around for other people’s hands': {
    breaks: 'other people’s changes are heard of',
    against: ['foreign'],
    without: { alterWorld: seesNobody },
  },
  'a pause is read right before each rule': {
    breaks: 'a pause holds',
    against: ['command'],
    without: { alterWorld: hearsNoPause },
  },
  'machines announce what the stream did not': {
    breaks: 'every transition is announced, in order',
    against: ['hint'],
    without: { alterMachine: silenced },
  },
} satisfies Record<string, Mechanism>;
