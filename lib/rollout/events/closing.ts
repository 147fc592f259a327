import * as z from 'zod';
import { callerFacts, callerFactsOf, deciderOf, identity } from '../decider.ts';
import { sentence } from '../../specification/text/sentence.ts';
import { slotName, text, texts } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** Who closes a rollback as it is, and why. */
const closer = { by: text, how: identity, reason: text, ...callerFacts };

const closeRequested = defineEvent({
  type: 'CloseRequested',
  short: 'rollback is being closed',
  deed: 'closed the rollback as it is',
  when: 'a person closes a rollback that cannot end by itself',
  detail: z.object({
    ...closer,
    /** What the rules had, and who could serve, when the person decided. */
    traffic: texts,
  }),
  allowedIn: ['rollingBack'],
  aside: true,
  severity: 'warning',
  evolve: ({ commands = 0 }, { by, how, reason, ...facts }, at) => ({
    closing: { by, how, reason, at, ...callerFactsOf(facts) },
    commands: commands + 1,
  }),
  says: ({ by, how, reason, ...facts }) => `${deciderOf(by, how, facts)} closes the rollback as it is: ${reason}`,
  why: ({ reason, traffic }) => [reason, ...traffic],
  next: 'The attempt under way is stopped, then the rollback is closed. No traffic is moved.',
});

const rollbackClosed = defineEvent({
  type: 'RollbackClosed',
  deed: 'closed the rollback as it is',
  when: 'it is closed as it is: `serves` is the slot with all traffic, where one has it',
  detail: z.object({
    ...closer,
    /** The slot that gets all traffic; absent where traffic is split, or could not be read. */
    serves: slotName.optional(),
    /** What was put back, in words. */
    putBack: texts,
    /** What stays as it is, in words, and what a person does about it. */
    stays: texts,
    /** Sides whose autoscaling could not be put back yet; absent where there is none, and in older records. */
    unreleased: z
      .array(z.enum(['blue', 'green']))
      .readonly()
      .optional(),
  }),
  announced: ['by', 'how', 'reason', 'serves', 'putBack', 'stays'],
  allowedIn: ['rollingBack'],
  marksChange: 'end',
  severity: 'warning',
  endsRollout: true,
  // The person who closes it has seen the state of blue, and decided.
  closes: ['BlueNotHealthy'],
  evolve: (_, { by, how, reason, serves, unreleased, ...facts }, at) => ({
    phase: 'rolledBack',
    closedAt: at,
    closing: {
      ...{ by, how, reason, at, closed: true },
      ...(serves === undefined ? {} : { serves }),
      ...(unreleased === undefined ? {} : { unreleased }),
      ...callerFactsOf(facts),
    },
  }),
  says: ({ by, how, reason, putBack, stays, ...facts }) => {
    const back = putBack.length === 0 ? 'nothing' : putBack.join('; ');
    return `The rollback was closed as it is by ${deciderOf(by, how, facts)}: ${sentence(reason)} Put back: ${back}. Stays as it is: ${stays.join('; ')}.`;
  },
  why: ({ reason, putBack, stays }) => [
    reason,
    ...putBack.map((what) => `Put back: ${what}`),
    ...stays.map((what) => `Stays: ${what}`),
  ],
  next: 'No attempt follows. What stays as it is remains so until a person or the next rollout changes it.',
});

/** The sweep put back what the closing could not, or found that a person had set it by hand. */
const scalingReleased = defineEvent({
  type: 'ScalingReleased',
  short: 'autoscaling is put back',
  when: 'autoscaling that a closing could not put back is put back, unless a person has set it by hand meanwhile',
  detail: z.object({
    /** What was put back, in words; empty where it was set by hand meanwhile. */
    putBack: texts,
  }),
  allowedIn: ['rolledBack'],
  severity: 'info',
  evolve: ({ closing: before }) => {
    if (before === undefined) return {};
    const { unreleased: _, ...known } = before;
    return { closing: known };
  },
  says: ({ putBack }) =>
    putBack.length === 0
      ? 'Autoscaling was set by hand since the rollback was closed; it stays so.'
      : `Put back since the rollback was closed: ${putBack.join('; ')}.`,
  next: 'Everything that the closing left behind is put back now.',
});

/** A person ends a rollback that cannot end by itself. */
export const closing = [closeRequested, rollbackClosed, scalingReleased] as const;
