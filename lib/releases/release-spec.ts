import * as z from 'zod';
import { quote } from '../specification/text/plain-text.ts';
import { checkOrder } from './check-order.ts';
import { needProblem } from './version-need.ts';

const nameExpected = 'expected a name of up to 32 lower-case letters, digits and -, a letter first';
const name = z.string(nameExpected).regex(/^[a-z][a-z0-9-]{0,31}$/, nameExpected);

/** Most members of one release: their locks are taken in one transaction. */
const mostMembers = 20;

const imageExpected = 'expected a tag, a digest or an image reference';

const need = z.string('expected versions such as >= 412').superRefine((text, context) => {
  const problem = needProblem(text);
  if (problem !== undefined) context.addIssue(`${quote(text)} ${problem}`);
});

const member = z.strictObject(
  {
    service: name.describe('The service, as its rollout spec names it'),
    image: z
      .string(imageExpected)
      .min(1, imageExpected)
      .max(600, 'expected at most 600 characters')
      .optional()
      .describe('The image that it gets. Without it: the one that `sluice release start --image` names'),
    after: z
      .array(name, 'expected a list of members')
      .max(mostMembers, `expected at most ${mostMembers} members`)
      .default([])
      .describe('Members that must have finished before it begins'),
    needs: z
      .record(name, need, 'expected a map from members to versions')
      .default({})
      .describe('Versions of other members that must serve before it gets traffic. It begins after those members'),
  },
  'expected a member: a map with service',
);

/** What becomes of a release when one of its members fails. */
export const onFailureKinds = ['rollBackAll', 'stop', 'continue'] as const;

/** Several services that go out together, from `releases/<name>.yml`. */
export const releaseSpec = z
  .strictObject({
    release: name.describe('What the team calls it; names its releases'),
    members: z
      .array(member, 'expected a list of members')
      .min(1, 'expected at least one member')
      .max(mostMembers, `expected at most ${mostMembers} members`),
    onFailure: z
      .enum(onFailureKinds, 'expected rollBackAll, stop or continue')
      .default('rollBackAll')
      .describe('What becomes of the others when one member fails'),
  })
  .superRefine(({ members }, context) => {
    for (const { path, message } of checkOrder(members)) {
      context.addIssue({ code: 'custom', path: ['members', ...path], message });
    }
  });

export type ReleaseSpec = z.output<typeof releaseSpec>;
export type Member = ReleaseSpec['members'][number];
