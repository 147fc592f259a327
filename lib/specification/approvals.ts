import * as z from 'zod';
import { quorumOf } from './quorum.ts';
import { sharedIdentifiers } from './shared-identifiers.ts';
import { quote } from './text/plain-text.ts';
import { mailAddress, person, roleName } from './person.ts';
import { wholeSeconds } from './quantity.ts';

/** Who is asked, for what, and for how long. Naming people is what switches approvals on. */
export const approvals = z
  .strictObject(
    {
      people: z.array(person, 'expected a list of people').max(30, 'expected at most 30 people').default([]).meta({
        bounds: 'up to 30 entries',
        description: 'Who gets personal links. Without any, no one is asked, and a rollout needs no approval',
      }),
      required: z
        .array(roleName, 'expected a list of roles')
        .max(10, 'expected at most 10 roles')
        .default(['tech-lead', 'product-manager', 'qa'])
        .meta({
          bounds: 'up to 10 entries; `[]` for none',
          description:
            'Roles that must each approve before anything changes, each by another person, none by the requester. Counts where `people` are named',
        }),
      within: wholeSeconds({ min: 10, max: 7 * 86_400 })
        .prefault('24h')
        .describe('How long the rollout waits for approval; then it is rejected'),
      decideWithin: wholeSeconds({ min: 10, max: 86_400 })
        .prefault('1h')
        .describe('How long a bake that asks people (`afterHold: ask`) waits for them; then it is rolled back'),
      from: z
        .string('expected a mail address')
        .regex(mailAddress, 'expected a mail address, such as sluice@example.com')
        .optional()
        .meta({
          kind: 'mail address',
          description:
            'Sender of personal links, an identity that SES has verified. Without it: that of the first `mail` channel',
        }),
      controlLinks: z
        .boolean('expected true or false')
        .default(true)
        .describe(
          'Whether people also get a link at the start of each step and at each hold, to skip the rest of it, pause it or roll back',
        ),
      identity: z
        .enum(['link', 'verified'], 'expected link or verified')
        .default('link')
        .describe(
          '`link`: anyone who holds a personal link may use it. `verified`: they must sign in at the OIDC issuer of the stage as that person, too',
        ),
      breakGlass: z
        .boolean('expected true or false')
        // No default is written: every write of a rollout's state would be paid for it.
        .optional()
        .describe(
          'Whether one person may approve alone in an emergency, by a command with a reason: it pages, is marked in the record and waits for a review. Without it: false',
        ),
      unknownRequester: z
        .enum(['oneMore', 'refuse', 'allow'], 'expected oneMore, refuse or allow')
        // No default is written: every write of a rollout's state would be paid for it.
        .optional()
        .describe(
          'Where it cannot be found out who requested a rollout: `oneMore` asks for one approval more than required, from any other person of the spec; `refuse` rejects the rollout; `allow` asks for nothing more. Without it: `oneMore`',
        ),
    },
    'expected a map with people',
  )
  .superRefine(({ people, required, identity }, context) => {
    for (const { index, field, message } of sharedIdentifiers(people)) {
      context.addIssue({ code: 'custom', path: ['people', index, field], message });
    }
    people.forEach(({ name, mail }, index) => {
      if (identity === 'verified' && mail === undefined) {
        const message = `${quote(name)} has no mail address, by which a verified identity is recognized, expected \`mail\``;
        context.addIssue({ code: 'custom', path: ['people', index], message });
      }
    });
    if (new Set(required).size < required.length) {
      context.addIssue({
        code: 'custom',
        path: ['required'],
        message: 'a role is named twice, expected each role once',
      });
      return;
    }
    const { open } = quorumOf(people.length === 0 ? [] : required, people);
    if (open.length === 0) return;
    const message = `no person is left for ${open.map(quote).join(', ')}, as one person fills one role; expected more people, or fewer roles in \`required\``;
    context.addIssue({ code: 'custom', path: ['people'], message });
  });

export type Approvals = z.output<typeof approvals>;
export type Person = Approvals['people'][number];
