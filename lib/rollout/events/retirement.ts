import * as z from 'zod';
import { describeDrained, drainedFields } from '../draining.ts';
import { defineEvent } from './define-event.ts';
import { number } from '../event-shapes.ts';

const blueScaledDown = defineEvent({
  type: 'BlueScaledDown',
  when: 'the former blue has fewer tasks',
  detail: z.object({ count: number }),
  allowedIn: ['succeeded'],
  severity: 'info',
  inHead: true,
  once: true,
  says: ({ count }) => `The former blue is down to ${count} task(s).`,
  why: ['The time at full capacity is over.'],
  next: 'It is removed when its time is over.',
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
  next: 'Nothing more comes of this rollout.',
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
      ? 'Its slot runs nothing any more.'
      : 'It is not watched any longer. ECS stops the tasks once the deregistration delay is over.',
});

/** The side that was removed loses its tasks. */
export const retirement = [blueScaledDown, blueRetired, sideDrained] as const;
