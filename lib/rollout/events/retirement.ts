import * as z from 'zod';
import { describeDrained, drainedFields } from '../draining.ts';
import { defineEvent } from './define-event.ts';
import { number, optionalText, text, time } from '../event-shapes.ts';
import { counted } from '../../specification/text/counted.ts';

const blueScaledDown = defineEvent({
  type: 'BlueScaledDown',
  when: 'the former blue has fewer tasks',
  detail: z.object({ count: number }),
  allowedIn: ['succeeded'],
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ count }) => `The former blue is down to ${counted(count, 'task')}.`,
  why: ['The time at full capacity is over.'],
  next: 'It is removed when the retention period ends.',
});

/** A template would send traffic back to the former blue, or that cannot be found out: it is not scaled to none. */
const retirementHeld = defineEvent({
  type: 'RetirementHeld',
  short: 'the old version is kept',
  when: 'the former blue keeps its tasks past its time, as a template would send traffic back to it, or that cannot be found out',
  detail: z.object({
    reason: text,
    /** The rule or listener that the template owns. */
    target: optionalText,
    /** Where it cannot be found out: until when the former blue keeps its tasks. */
    until: time.optional(),
  }),
  allowedIn: ['succeeded'],
  severity: 'warning',
  once: true,
  says: ({ reason }) => `The former blue keeps its tasks: ${reason}.`,
  why: ['Without tasks nobody would answer the users whom the template sends there.'],
  next: ({ until }) =>
    until === undefined
      ? 'Have the template take the weights from the parameters that Sluice writes; it is checked again each hour.'
      : `It is checked again each hour; at ${until} the former blue is removed all the same.`,
});

const blueRetired = defineEvent({
  type: 'BlueRetired',
  when: 'the former blue has none',
  detail: z.object({}),
  allowedIn: ['succeeded'],
  severity: 'info',
  inHead: true,
  once: true,
  says: 'The former blue is retired.',
  why: ['The time for an instant return is over.'],
  next: 'This rollout has ended.',
});

const sideDrained = defineEvent({
  type: 'SideDrained',
  when: 'the side that was removed has no task any more, so no request to it is open; or it is not watched any longer',
  detail: z.object(drainedFields),
  allowedIn: ['succeeded', 'rolledBack'],
  severity: 'info',
  inHead: true,
  evolve: (_, { type: _type, ...drained }) => ({ drained }),
  says: (event) => describeDrained(event),
  why: ['A change of weights ends no open request; the end of the tasks does.'],
  next: ({ tasksLeft }) =>
    tasksLeft === 0
      ? 'No task runs in its slot now.'
      : 'It is not watched any longer. ECS stops the tasks once the deregistration delay is over.',
});

/** The side that was removed loses its tasks. */
export const retirement = [blueScaledDown, retirementHeld, blueRetired, sideDrained] as const;
