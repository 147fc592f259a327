import * as z from 'zod';
import { refreshedItem, text, texts, time } from '../event-shapes.ts';
import type { RolloutFacts } from '../rollout-facts.ts';
import { defineEvent } from './define-event.ts';

/** Adds rules to those in which others changed something: a person is notified of them until that is over. */
function withOthersChanges({ othersChanges = [] }: RolloutFacts, { rules }: { readonly rules: readonly string[] }) {
  return { othersChanges: [...othersChanges, ...rules] };
}

/** Adds what stood in the rules that lost it as well, to see when it is there again. */
function withLostChanges(
  facts: RolloutFacts,
  { rules, stood = [] }: { readonly rules: readonly string[]; readonly stood?: RolloutFacts['lost'] },
) {
  const { lost = [] } = facts;
  return {
    ...withOthersChanges(facts, { rules }),
    lost: [...lost.filter(({ arn }) => stood.every((item) => item.arn !== arn)), ...stood],
  };
}

/** Others changed what the rollout works on; it is held until that is put back. */
const foreignChange = defineEvent({
  type: 'ForeignChange',
  short: 'changed by others',
  when: 'others changed rules or slots',
  detail: z.object({
    changes: z.array(z.object({ what: text, expected: text, found: text }).readonly()).readonly(),
    /** Who it was, in words, as far as the account's trail shows by now. */
    who: text,
    /** When the rollout goes back if it is not put back. */
    until: time,
  }),
  allowedIn: ['shifting', 'baking'],
  severity: 'critical',
  evolve: ({ interference }, { changes, who }, at) => ({
    interference: { since: interference?.since ?? at, changes: JSON.stringify(changes), who },
  }),
  says: ({ changes, who, until }) =>
    `Others changed what this rollout works on: ${describeChanges(changes)}. By: ${who}. Put it back, or it is rolled back at ${until}.`,
  why: ({ changes }) => changes.map(describeOne),
  next: ({ until }) => `No traffic is shifted meanwhile. If it is not put back, it is rolled back at ${until}.`,
});

const foreignChangeUndone = defineEvent({
  type: 'ForeignChangeUndone',
  short: "others' change is undone",
  when: 'that was put back',
  detail: z.object({}),
  allowedIn: ['shifting', 'baking'],
  severity: 'info',
  closes: ['ForeignChange'],
  evolve: () => ({ interference: undefined }),
  says: 'What others changed is back as it was; the rollout goes on.',
  why: ['Everything is as the rollout left it.'],
  next: 'The rollout goes on at its next evaluation.',
});

/** Others changed rules of the restore plan in more than weights: the plan keeps what they added. */
const restorePlanRefreshed = defineEvent({
  type: 'RestorePlanRefreshed',
  when: 'the restore plan takes over what others changed in its rules',
  detail: z.object({ items: z.array(refreshedItem).readonly() }),
  allowedIn: ['shifting', 'baking', 'rollingBack'],
  // The newest of each rule; the others stay.
  evolve: ({ refreshed = [] }, { items }) => ({
    refreshed: [...refreshed.filter(({ arn }) => items.every((item) => item.arn !== arn)), ...items],
  }),
  says: ({ items }) =>
    `The restore plan keeps what others changed: ${items.map(({ kind, arn }) => `${kind} ${arn}`).join('; ')}`,
});

/** What others changed in the rules while the rollout ran is still there after the restoration. */
const othersChangesKept = defineEvent({
  type: 'OthersChangesKept',
  short: "others' changes are kept",
  when: 'what others changed in the rules while the rollout ran is still there after the restoration',
  detail: z.object({ rules: texts }),
  allowedIn: ['rollingBack'],
  severity: 'warning',
  evolve: withOthersChanges,
  says: ({ rules }) =>
    `Others changed rules while the rollout ran; traffic is on blue and their changes are kept: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'The rules stay as others left them; only the weights are those of before.',
});

/** It is not: a person has to make the changes again. */
const othersChangesLost = defineEvent({
  type: 'OthersChangesLost',
  short: "others' changes were removed",
  when: 'it is not: a person has to make the changes again',
  detail: z.object({
    rules: texts,
    /** What stood in each of these rules, to see when it is there again; absent in older records. */
    stood: z.array(refreshedItem).readonly().optional(),
  }),
  announced: ['rules'],
  allowedIn: ['rollingBack'],
  severity: 'critical',
  outlivesEnd: true,
  evolve: withLostChanges,
  says: ({ rules }) =>
    `Others changed rules while the rollout ran, and the restoration REMOVED their changes; make them again: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'Nothing makes these changes again by itself. A login that is missing lets every user in. The end is announced once they are there again.',
});

/** A rule that a restoration cannot lead to blue and that sends green nothing: a person has to give it its login back. */
const ruleLeftAsItIs = defineEvent({
  type: 'RuleLeftAsItIs',
  when: 'a rule answers itself in the place of its login and both slots, and only a person can give it the login back',
  detail: z.object({
    rules: texts,
    /** What each of these rules had last, to see when it is there again. */
    stood: z.array(refreshedItem).readonly(),
  }),
  announced: ['rules'],
  allowedIn: ['rollingBack'],
  severity: 'critical',
  outlivesEnd: true,
  evolve: withLostChanges,
  says: ({ rules }) =>
    `Others took a login and both slots out of a rule while the rollout ran. It sends green nothing, and users do NOT reach blue through it: ${rules.join('; ')}`,
  why: ({ rules }) => [
    ...rules,
    'The load balancer forgets the secret of an OpenID login with the login, and without the login every user would be let in.',
  ],
  next: 'Give the rule its login, with its secret, and blue: with your infrastructure code or by hand. The rollback goes on without it; the end is announced once the login is there again.',
});

/** A rule is not there any more, so that nothing can lead it to blue: a person has to create it again. */
const ruleDeleted = defineEvent({
  type: 'RuleDeleted',
  short: 'a rule was deleted',
  when: 'others deleted a rule or listener that the rollout moved traffic on, and only a person can create it again',
  detail: z.object({ rules: texts }),
  allowedIn: ['rollingBack'],
  severity: 'critical',
  outlivesEnd: true,
  evolve: withOthersChanges,
  says: ({ rules }) =>
    `Others deleted a rule while the rollout ran. Its requests go where the other rules of the listener lead, and the rollback cannot change that: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'Create the rule again so that it leads to blue, and name its ARN in `traffic` of the spec. The rollback goes on to its end without it; no rollout of the service starts until the spec names a rule that is there.',
});

/** Rules were written over that nothing could read before: whether others' changes were lost is not known. */
const othersChangesUnknown = defineEvent({
  type: 'OthersChangesUnknown',
  short: "others' changes may be lost",
  when: 'rules were written over that could not be read before: a person has to compare them',
  detail: z.object({ rules: texts }),
  allowedIn: ['rollingBack'],
  severity: 'critical',
  outlivesEnd: true,
  evolve: withOthersChanges,
  says: ({ rules }) =>
    `Rules were restored that could NOT be read before, so what others had changed in them may be gone; compare them with what they should have: ${rules.join('; ')}`,
  why: ({ rules }) => rules,
  next: 'Compare each rule with your infrastructure code or its history. A login that is missing lets every user in.',
});

/** They were made again: what stood in the rules before the restoration is there, or in the plan of a rule that was left; weights aside. */
const othersChangesBack = defineEvent({
  type: 'OthersChangesBack',
  short: "others' changes are back",
  when: 'what was missing in rules after a restoration is there again',
  detail: z.object({ rules: texts }),
  allowedIn: ['rolledBack'],
  severity: 'info',
  closes: ['OthersChangesLost', 'RuleLeftAsItIs'],
  evolve: () => ({ lost: undefined }),
  says: ({ rules }) => `What was missing in the rules after the restoration is there again: ${rules.join('; ')}`,
  next: 'The rules stay as they are; their weights are checked every five minutes.',
});

/** Others change what a rollout works on. */
export const drift = [
  foreignChange,
  foreignChangeUndone,
  restorePlanRefreshed,
  othersChangesKept,
  othersChangesLost,
  ruleLeftAsItIs,
  ruleDeleted,
  othersChangesUnknown,
  othersChangesBack,
] as const;

interface Change {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
}

/** Returns one sentence for each change, in one line. */
export function describeChanges(changes: readonly Change[]): string {
  return changes.map(describeOne).join('; ');
}

function describeOne({ what, expected, found }: Change): string {
  return `${what}: expected ${expected}, found ${found}`;
}
