import * as z from 'zod';
import { describeDrilled } from '../drill.ts';
import { drilledFields } from '../drilled.ts';
import { text } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

/** A drill orders its own rollback: that is no failure, and pages nobody. */
const drillTurnedBack = defineEvent({
  type: 'DrillTurnedBack',
  short: 'drill: rolling back',
  run: ['watch {rollout}'],
  when: 'a drill has had its traffic, and goes back as it was ordered to',
  detail: z.object({ reason: text }),
  allowedIn: ['baking'],
  accepts: ({ drill }) => drill !== undefined,
  severity: 'info',
  marksChange: 'between',
  closes: ['BakeHeld', 'RolloutPaused'],
  evolve: (_, { reason }, at) => ({ phase: 'rollingBack', rollbackSince: at, drillTurnedAt: at, reason }),
  says: ({ reason }) => `Rolling back: ${reason}`,
  next: 'All traffic goes back to blue now, by the same machine as in every rollback; its clocks are taken.',
});

const drillFinished = defineEvent({
  type: 'DrillFinished',
  short: 'drill finished',
  when: 'a drill has ended, with its figures',
  detail: z.object(drilledFields),
  allowedIn: ['rollingBack'],
  accepts: ({ drill }) => drill !== undefined,
  severity: 'info',
  severityOf: ({ passed }) => (passed ? undefined : 'warning'),
  evolve: (_, { type: _type, ...drilled }) => ({ drilled }),
  says: (event) => describeDrilled(event),
  why: ({ passed, reason }) => (passed ? [] : [reason]),
  next: ({ passed }, { state: { service }, stage }) =>
    passed
      ? `The check last-drill counts it. Its figures: sluice drill last ${service} --stage ${stage}`
      : `Find out why, and repeat it: sluice drill rollback ${service} --stage ${stage} --reason "…"`,
});

/** Rehearsals with the version that serves. */
export const drill = [drillTurnedBack, drillFinished] as const;
