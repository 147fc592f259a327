import * as z from 'zod';
import { incidentLevels } from '../../specification/incident.ts';
import { callerFacts, deciderOf, identity } from '../decider.ts';
import { int, optionalFlag, optionalText, text, texts, time } from '../event-shapes.ts';
import type { RolloutFacts } from '../rollout-facts.ts';
import { defineEvent } from './define-event.ts';

const level = z.enum(incidentLevels);
/** Who did it; `how` is absent where Sluice did. */
const doer = { by: text, how: identity.optional(), ...callerFacts };

/** More than people write in an incident; beyond it the oldest of theirs are forgotten, and nobody repeats those. */
const mostOrders = 200;
/**
 * Keys that Sluice gives, and how many of each kind are kept. The newest alone are told again, by a call that is repeated: who commands and
 * how bad it is have one number that grows, and an incident keeps its newest 50 causes.
 */
const ownKeys: readonly (readonly [key: RegExp, most: number])[] = [
  [/^command-/, 20],
  [/^raised-/, 20],
  [/^cause-/, 100],
  [/^silence-|^overdue/, 20],
  // Updates that were due: the newest one counts alone.
  [/^update-\d{4}-\d\d-\d\dT/, 1],
];

/** What was recorded of an incident, by a key: a call that is repeated does not record it again. */
function withKey({ incident }: RolloutFacts, key: string, how = incident?.level): Partial<RolloutFacts> {
  if (incident === undefined || how === undefined) return {};
  const kindOf = (one: string) => ownKeys.find(([own]) => own.test(one));
  const kind = kindOf(key);
  const ofKind = [...incident.keys, key].filter((one) => kindOf(one) === kind);
  const forgotten = new Set(ofKind.slice(0, -(kind?.[1] ?? mostOrders)));
  return { incident: { ...incident, level: how, keys: [...incident.keys.filter((one) => !forgotten.has(one)), key] } };
}

const incidentOpened = defineEvent({
  type: 'IncidentOpened',
  deed: 'opened an incident',
  when: 'an incident of the service is opened, or opened again within a day',
  run: ['incident take {service}', 'incident status {service}'],
  detail: z.object({
    ...doer,
    number: int,
    /** How often it was opened again before. */
    reopened: int,
    level,
    reason: text,
    /** What opened it: `person`, or the emergency or check by its name. */
    cause: text,
    /** The emergency that opened it pages people itself. */
    quiet: optionalFlag,
    respondBy: time,
    resolveBy: time,
    contacts: texts,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'critical',
  ofService: true,
  severityOf: ({ level: how, quiet }) => (quiet === true || how === 'P2' || how === 'P3' ? 'warning' : undefined),
  opens: true,
  opensAsItIs: true,
  outlivesEnd: true,
  evolve: (_, { number, reopened, level: how }, at) => ({
    incident: { number, reopened, level: how, since: at, keys: [] },
  }),
  says: ({ by, how, level: bad, number, reopened, reason, ...facts }) =>
    `Incident ${number}, ${bad}, was ${reopened > 0 ? 'opened again' : 'opened'} by ${deciderOf(by, how, facts)}: ${reason}`,
  why: ({ reason, contacts }) => [reason, ...contacts.map((contact) => `Contact: ${contact}`)],
  next: ({ respondBy, resolveBy }, { state: { service }, stage }) =>
    `Somebody has to take command by ${respondBy}: sluice incident take ${service} --stage ${stage}. It should be resolved by ${resolveBy}.`,
});

const incidentCommanded = defineEvent({
  type: 'IncidentCommanded',
  deed: 'took command of the incident',
  when: 'a person takes command of an incident, or is handed it',
  run: ['incident update {service}'],
  detail: z.object({
    ...{ ...doer, number: int, key: text, from: optionalText },
    /** Who handed it to them, and how they were identified. */
    handedBy: optionalText,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  closes: ['IncidentEscalated'],
  evolve: (state, { key }) => withKey(state, key),
  says: ({ by, how, number, from, handedBy, ...facts }) => {
    const before = `${from === undefined ? '' : `, after ${from}`}${handedBy === undefined ? '' : `, handed over by ${handedBy}`}`;
    return `${deciderOf(by, how, facts)} commands incident ${number}${before}.`;
  },
  next: (_, { state: { service }, stage }) =>
    `They tell people how it stands: sluice incident update ${service} --stage ${stage}`,
});

const incidentNoted = defineEvent({
  type: 'IncidentNoted',
  deed: 'noted something of the incident',
  when: 'something is noted in the timeline of an incident',
  detail: z.object({
    ...doer,
    number: int,
    key: text,
    text,
    /** It has to be done after the incident. */
    followUp: optionalFlag,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'info',
  ofService: true,
  evolve: (state, { key }) => withKey(state, key),
  says: ({ by, how, number, text: said, followUp, ...facts }) =>
    `Incident ${number}, ${followUp === true ? 'to be done afterwards' : 'noted'} by ${deciderOf(by, how, facts)}: ${said}`,
  next: 'The report of the incident has it.',
});

const incidentUpdated = defineEvent({
  type: 'IncidentUpdated',
  deed: 'sent a status update',
  when: 'a person says how an incident stands',
  run: ['incident status {service}'],
  detail: z.object({
    ...doer,
    number: int,
    key: text,
    text,
    level,
    /** Users are served again. */
    restored: optionalFlag,
    nextBy: time,
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  evolve: (state, { key, level: how }) => withKey(state, key, how),
  says: ({ by, how, number, level: bad, text: said, restored, ...facts }) =>
    `Status of incident ${number}, ${bad}, by ${deciderOf(by, how, facts)}: ${said}${restored === true ? ' Users are served again.' : ''}`,
  next: ({ nextBy }) => `The next update comes by ${nextBy}.`,
});

const incidentUpdateDue = defineEvent({
  type: 'IncidentUpdateDue',
  when: 'an incident goes on, and people have heard nothing of it for half an hour',
  run: ['incident update {service} --text "<how it stands>"'],
  detail: z.object({ number: int, key: text, commander: optionalText, draft: texts }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  evolve: (state, { key }) => withKey(state, key),
  says: ({ number, commander }) =>
    `A status update of incident ${number} is due${commander === undefined ? ', and nobody commands it' : `: ${commander} commands it`}.`,
  why: ({ draft }) => draft,
  next: (_, { state: { service }, stage }) =>
    `Say how it stands: sluice incident update ${service} --stage ${stage} --text "…"`,
});

const incidentEscalated = defineEvent({
  type: 'IncidentEscalated',
  when: 'nobody has taken command of an incident in time, it is open for longer than it should be, or it got worse and is P0 or P1 now',
  run: ['incident take {service}', 'incident status {service}'],
  detail: z.object({
    ...{ number: int, key: text, reason: text, contacts: texts },
    /** What it got to be. */
    level: level.optional(),
  }),
  allowedIn: 'any',
  aside: true,
  severity: 'critical',
  ofService: true,
  outlivesEnd: true,
  evolve: (state, { key, level: how }) => withKey(state, key, how),
  says: ({ number, reason }) => `Incident ${number} is escalated: ${reason}`,
  why: ({ reason, contacts }) => [reason, ...contacts.map((contact) => `Call: ${contact}`)],
  next: (_, { state: { service }, stage }) => `Take command: sluice incident take ${service} --stage ${stage}`,
});

const incidentClosed = defineEvent({
  type: 'IncidentClosed',
  deed: 'closed the incident',
  when: 'a person closes an incident',
  run: ['incident report {service}'],
  detail: z.object({ ...doer, number: int, reason: text }),
  allowedIn: 'any',
  aside: true,
  severity: 'warning',
  ofService: true,
  closes: ['IncidentOpened', 'IncidentEscalated', 'EmergencyEnded'],
  evolve: ({ incident }) => (incident === undefined ? {} : { incident: { ...incident, closed: true } }),
  says: ({ by, how, number, reason, ...facts }) =>
    `Incident ${number} was closed by ${deciderOf(by, how, facts)}: ${reason}`,
  why: ({ reason }) => [reason],
  next: (_, { state: { service }, stage }) =>
    `Its report: sluice incident report ${service} --stage ${stage}. Within a day it is opened again where it comes back.`,
});

/** What people lead through on the worst day. */
export const incident = [
  incidentOpened,
  incidentCommanded,
  incidentNoted,
  incidentUpdated,
  incidentUpdateDue,
  incidentEscalated,
  incidentClosed,
] as const;
