import * as z from 'zod';
import { periodOfBoth } from '../../analysis/datapoint.ts';
import { lesson } from '../../analysis/lesson.ts';
import { int, number, optionalNumber, recordedJudgement, text, time, verdict } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';
import { imageName } from './image-name.ts';
import { later, stepText } from './step-text.ts';

const trafficShifted = defineEvent({
  type: 'TrafficShifted',
  marksChange: 'between',
  when: 'green has a new weight',
  detail: z.object({ step: int, weight: number }),
  allowedIn: ['shifting'],
  asks: ['control'],
  progress: true,
  severity: 'info',
  inHead: true,
  evolve: (state, { step, weight }, at) => ({
    phase: 'baking',
    step,
    weight,
    stepStartedAt: at,
    heldSince: undefined,
    unreadySince: undefined,
    shifts: [...state.shifts, { at, weight }],
    // What was said of the step before does not count for the next one.
    asked: undefined,
    promotion: undefined,
    pausedMs: 0,
  }),
  says: ({ step, weight }, { spec }) => `Step ${step + 1} of ${spec.steps.length}: green gets ${weight} %.`,
  why: ({ step }) => (step === 0 ? ['Green was verified.'] : ['The step before it passed.']),
  byGates: true,
  next: ({ step }, { state, at }) => {
    const bake = state.spec.steps[step]?.bake ?? 0;
    return `Watched until ${later(at, bake)} at least. ${stepText(state, step + 1)}`;
  },
});

const greenAnalysed = defineEvent({
  type: 'GreenAnalysed',
  when: 'the gates were evaluated',
  detail: z.object({
    step: int,
    verdict,
    reason: text,
    /** Share of green in the requests of the newest period, in percent; absent without requests. */
    measuredWeight: optionalNumber,
    secondsLeft: number,
    /** End of the newest period that this evaluation knew, seconds since the epoch. */
    settledUntil: optionalNumber,
    /** What this evaluation saw that no earlier one had recorded, or what CloudWatch revised since. */
    datapoints: z.array(periodOfBoth).readonly().optional(),
    gates: z.array(recordedJudgement).readonly(),
  }),
  allowedIn: ['baking'],
  evolve: ({ recordedUntil }, { settledUntil }) => ({ recordedUntil: settledUntil ?? recordedUntil }),
  says: (event) => `Verdict ${event.verdict}: ${event.reason}`,
});

const bakeHeld = defineEvent({
  type: 'BakeHeld',
  marksChange: 'between',
  short: ({ weight }) => `held at ${weight} %`,
  run: ['status {rollout}', 'abort {rollout} --reason "<why>"'],
  when: 'a step waits for better evidence',
  detail: z.object({ step: int, reason: text, until: time }),
  allowedIn: ['baking'],
  asks: ['control'],
  severity: 'warning',
  opens: true,
  evolve: (_state, _event, at) => ({ heldSince: at }),
  says: ({ step, reason, until }) => `Step ${step + 1} is held until ${until} at the latest: ${reason}`,
  why: ({ reason }) => [reason],
  byGates: true,
  next: ({ until }) => `Without better evidence it is rolled back at ${until}.`,
});

/** Blue could not carry everything again if green failed, or gates hold by now: no traffic is shifted until that is over. */
const shiftHeld = defineEvent({
  type: 'ShiftHeld',
  marksChange: 'between',
  short: ({ weight }) => `held at ${weight} %`,
  when: 'a step gets no traffic yet, because blue could not carry everything again, or gates hold that passed before',
  detail: z.object({ step: int, reason: text, until: time }),
  allowedIn: ['shifting'],
  severity: 'warning',
  evolve: (_state, _event, at) => ({ unreadySince: at }),
  says: ({ step, reason, until }) => `Step ${step + 1} gets no traffic yet, until ${until} at the latest: ${reason}`,
  why: ({ reason }) => [reason],
  next: ({ until }) => `It is checked again each period; at ${until} it is rolled back.`,
});

/** Work of the rollout could not be done: a service is out or busy. It is tried again. */
const rolloutDelayed = defineEvent({
  type: 'RolloutDelayed',
  short: 'the rollout is delayed',
  when: 'work of the rollout cannot be done for now (a service is out or busy); it is tried again',
  detail: z.object({ reason: text, until: time }),
  allowedIn: 'active',
  severity: 'warning',
  evolve: (_, { until }, at) => ({ delay: { since: at, until } }),
  says: ({ reason, until }) =>
    `The rollout cannot go on for now and tries again, until ${until} at the latest: ${reason}`,
  why: ({ reason }) => [reason, 'This says nothing about green.'],
  next: ({ until }) => `It is tried again at each evaluation; at ${until} it is rolled back.`,
});

const delayEnded = defineEvent({
  type: 'DelayEnded',
  short: 'the delay has ended',
  when: 'it could be done again',
  detail: z.object({ seconds: number }),
  allowedIn: 'active',
  severity: 'info',
  inHead: true,
  evolve: () => ({ delay: undefined }),
  says: ({ seconds }) => `After ${seconds} s the rollout can go on again.`,
  why: ['What could not be done has been done.'],
  next: 'The rollout goes on.',
});

const stepPassed = defineEvent({
  type: 'StepPassed',
  when: "a step's gates passed",
  detail: z.object({ step: int, weight: number }),
  allowedIn: ['baking'],
  severity: 'info',
  inHead: true,
  closes: ['BakeHeld', 'DecisionRequested'],
  evolve: ({ spec }, { step }) => ({ phase: step === spec.steps.length - 1 ? 'finishing' : 'shifting' }),
  says: ({ step, weight }) => `Step ${step + 1} passed at ${weight} %.`,
  why: ['Every gate passed for the whole bake, or a person skipped the rest of it.'],
  byGates: true,
  next: ({ step }, { state }) => stepText(state, step + 1),
});

const rolloutSucceeded = defineEvent({
  type: 'RolloutSucceeded',
  short: 'succeeded',
  run: ['rollback {service} --reason "<why>"'],
  when: 'the new version serves',
  detail: z.object({
    digest: text,
    fullUntil: time,
    keptUntil: time,
    /** What the gates of later rollouts learn from it; absent where people decided in their place, and in older records. */
    lesson: lesson.optional(),
  }),
  announced: ['digest', 'fullUntil', 'keptUntil'],
  allowedIn: ['finishing'],
  countsAs: 'succeeded',
  marksChange: 'end',
  progress: true,
  severity: 'info',
  endsRollout: true,
  evolve: (_state, { lesson: taught }, at) => ({ phase: 'succeeded', closedAt: at, ...(taught && { lesson: taught }) }),
  says: ({ keptUntil }, state) => `${imageName(state)} serves all traffic; blue is kept until ${keptUntil}.`,
  why: ['Every step passed, and the last watch too.'],
  next: ({ fullUntil, keptUntil }) =>
    `The former blue stays at full capacity until ${fullUntil}, and is removed at ${keptUntil}.`,
});

/** Traffic goes to green step by step, and each step is watched. */
export const shifting = [
  trafficShifted,
  greenAnalysed,
  bakeHeld,
  shiftHeld,
  rolloutDelayed,
  delayEnded,
  stepPassed,
  rolloutSucceeded,
] as const;
