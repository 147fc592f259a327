import * as z from 'zod';
import { decider, deciderOf } from '../decider.ts';
import { flag, int, optionalText, text, time } from '../event-shapes.ts';
import { defineEvent } from './define-event.ts';

const maintenanceBegan = defineEvent({
  type: 'MaintenanceBegan',
  short: 'maintenance page is up',
  deed: 'put up the maintenance page',
  when: 'users of the service get the maintenance page, as a person ordered; a rollout that opens under it records it, too',
  detail: z.object({
    ...decider,
    reason: text,
    since: time,
    /** It stays until a person ends it. */
    keep: flag,
    /** Seconds for which all targets have to be healthy before it ends by itself. */
    endAfterSeconds: int,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  evolve: (_, { since, by, keep }) => ({ maintenance: { since, by, keep } }),
  says: ({ by, how, principal, shared, direct, reason, since }) =>
    `Users get the maintenance page. It went up at ${since}, ordered by ${deciderOf(by, how, { principal, shared, direct })}: ${reason}`,
  why: ({ reason }) => [reason],
  next: ({ keep, endAfterSeconds }, { state: { service }, stage }) =>
    `${keep ? 'It stays until a person ends it' : `It ends by itself once all targets have been healthy for ${String(endAfterSeconds)} s. To end it sooner`}: sluice maintenance off ${service} --stage ${stage}. Rollouts shift no traffic meanwhile; rollbacks go on.`,
});

const maintenanceEnded = defineEvent({
  type: 'MaintenanceEnded',
  short: 'maintenance page is down',
  deed: 'took the maintenance page down',
  when: 'the maintenance page is taken down, by a person or by itself',
  detail: z.object({
    ...decider,
    /** Absent where the stack took it down by itself. */
    how: decider.how.optional(),
    reason: text,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  ofService: true,
  evolve: () => ({ maintenance: undefined }),
  says: ({ by, how, principal, shared, direct, reason }) =>
    `Users reach the service again: the maintenance page was taken down by ${deciderOf(by, how, { principal, shared, direct })}: ${reason}`,
  why: ({ reason }) => [reason],
  next: 'A load balancer takes some 10 s until all of its nodes follow.',
});

const maintenanceReminded = defineEvent({
  type: 'MaintenanceReminded',
  short: 'maintenance page is still up',
  when: 'the maintenance page is still up, every 30 minutes',
  detail: z.object({ since: time, state: text }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  says: ({ since, state }) => `Users still get the maintenance page that went up at ${since}: ${state}`,
  next: (_, { state: { service }, stage }) =>
    `You are reminded every 30 minutes until it ends: sluice maintenance off ${service} --stage ${stage}`,
});

const maintenanceTroubled = defineEvent({
  type: 'MaintenanceTroubled',
  short: 'maintenance page has a fault',
  when: 'rules of the maintenance page are not as they should be',
  detail: z.object({ since: optionalText, reason: text }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  says: ({ reason }) => `The maintenance page is not as it should be: ${reason}`,
  why: ({ reason }) => [reason],
  next: 'It is tried again every five minutes.',
});

/** A page in place of the service. */
export const maintenance = [maintenanceBegan, maintenanceEnded, maintenanceReminded, maintenanceTroubled] as const;
