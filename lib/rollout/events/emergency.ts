import * as z from 'zod';
import { emergencyParts } from '../../specification/emergency.ts';
import { callerFacts, deciderOf, identity } from '../decider.ts';
import { int, text, time } from '../event-shapes.ts';
import type { RolloutFacts } from '../rollout-facts.ts';
import { defineEvent } from './define-event.ts';

const part = z.enum(emergencyParts);
const named: Readonly<Record<z.output<typeof part>, string>> = {
  capacity: 'Capacity',
  lastKnownGood: 'Last known good version',
  maintenance: 'Maintenance page',
};

/** What happened once in an emergency, by a key: a call that is repeated does not record it again. */
function withKey({ emergency }: RolloutFacts, key: string): Partial<RolloutFacts> {
  return emergency === undefined ? {} : { emergency: { ...emergency, keys: [...emergency.keys, key] } };
}

const emergencyBegan = defineEvent({
  type: 'EmergencyBegan',
  short: 'emergency declared',
  deed: 'declared an emergency',
  when: 'an emergency of the service begins: a person declared it, or a rollback that cannot give users a side that serves',
  run: ['emergency status {service}', 'notify take {rollout}'],
  detail: z.object({
    by: text,
    /** Absent where a rollback declared it. */
    how: identity.optional(),
    ...callerFacts,
    reason: text,
    number: int,
    parts: z.array(part).readonly(),
    until: time,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'critical',
  ofService: true,
  outlivesEnd: true,
  closes: ['EmergencyEnded'],
  evolve: (_, { number }, at) => ({ emergency: { number, since: at, keys: [] } }),
  says: ({ by, how, reason, ...facts }) => `EMERGENCY, declared by ${deciderOf(by, how, facts)}: ${reason}`,
  why: ({ reason }) => [reason],
  next: ({ until }, { state: { service, rolloutId }, stage }) =>
    `You are reminded every five minutes until a person takes it: sluice notify take ${rolloutId} --stage ${stage}. It ends once users are served, at ${until}, or with: sluice emergency end ${service} --reason "…" --stage ${stage}`,
});

const emergencyActed = defineEvent({
  type: 'EmergencyActed',
  short: 'emergency: something was done',
  when: 'a part of an emergency has done something',
  detail: z.object({ number: int, part, key: text, what: text }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  evolve: (state, { key }) => withKey(state, key),
  says: ({ part: which, what }) => `Emergency, ${named[which].toLowerCase()}: ${what}`,
  next: 'It is checked again within seconds.',
});

const emergencyPartFailed = defineEvent({
  type: 'EmergencyPartFailed',
  short: 'an emergency step did not help',
  when: 'a part of an emergency could not help',
  run: ['emergency status {service}'],
  detail: z.object({ number: int, part, key: text, reason: text }),
  allowedIn: 'any',
  aside: true,
  severity: 'critical',
  ofService: true,
  outlivesEnd: true,
  evolve: (state, { key }) => withKey(state, key),
  says: ({ part: which, reason }) => `Emergency, ${named[which].toLowerCase()}, did not help: ${reason}`,
  why: ({ reason }) => [reason],
  next: (_, { state: { service }, stage }) =>
    `See what is left to do: sluice emergency status ${service} --stage ${stage}`,
});

const emergencyReminded = defineEvent({
  type: 'EmergencyReminded',
  short: 'the emergency goes on',
  when: 'an emergency goes on and nobody has taken it, every five minutes',
  run: ['notify take {rollout}', 'emergency status {service}'],
  detail: z.object({ number: int, turn: int, state: text }),
  allowedIn: 'any',
  aside: true,
  // It opens nothing: the emergency itself is what is open, and critical.
  severity: 'warning',
  ofService: true,
  evolve: (state, { turn }) => withKey(state, `reminder-${String(turn)}`),
  says: ({ state }) => `The emergency goes on and nobody has taken it: ${state}`,
  next: (_, { state: { rolloutId }, stage }) =>
    `To take it, which ends these reminders: sluice notify take ${rolloutId} --stage ${stage}`,
});

const emergencyEnded = defineEvent({
  type: 'EmergencyEnded',
  deed: 'ended the emergency',
  when: 'an emergency has ended: users are served, a person ended it, or its time is over',
  detail: z.object({
    by: text,
    /** Absent where it ended by itself. */
    how: identity.optional(),
    ...callerFacts,
    reason: text,
    number: int,
    outcome: z.enum(['served', 'byPerson', 'timeOver', 'gone']),
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  severityOf: ({ outcome }) => (outcome === 'timeOver' ? 'critical' : undefined),
  closes: ['EmergencyBegan', 'EmergencyPartFailed'],
  // One whose time was over stays open, with its alert, until a person says that they have seen to it.
  opensAsItIs: true,
  outlivesEnd: true,
  evolve: ({ emergency }) => (emergency === undefined ? {} : { emergency: { ...emergency, over: true } }),
  says: ({ by, how, reason, outcome, ...facts }) =>
    outcome === 'byPerson'
      ? `The emergency was ended by ${deciderOf(by, how, facts)}: ${reason}`
      : `The emergency has ended: ${reason}`,
  why: ({ reason }) => [reason],
  next: ({ outcome }, { state: { service }, stage }) =>
    outcome === 'served'
      ? 'Find out why it came to this before the next rollout.'
      : `A person has to see to the service now. To begin again: sluice emergency start ${service} --reason "…" --stage ${stage}`,
});

const emergencySeenTo = defineEvent({
  type: 'EmergencySeenTo',
  deed: 'saw to the service',
  when: 'a person ends an emergency whose time was over: they have seen to the service',
  detail: z.object({ by: text, how: identity, ...callerFacts, reason: text, number: int }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  ofService: true,
  closes: ['EmergencyEnded'],
  says: ({ by, how, reason, ...facts }) => `${deciderOf(by, how, facts)} has seen to the service: ${reason}`,
  why: ({ reason }) => [reason],
  next: 'Its alert is resolved.',
});

/** What is done where no side of a service can serve. */
export const emergency = [
  emergencyBegan,
  emergencyActed,
  emergencyPartFailed,
  emergencyReminded,
  emergencyEnded,
  emergencySeenTo,
] as const;
