import type { Approvals, Person } from '../spec/approvals.ts';

function same(left: string, right: string): boolean {
  return left.trim().toLowerCase() === right.trim().toLowerCase();
}

function isCalled({ name, mail, alias = [] }: Person, called: string): boolean {
  return [name, ...(mail === undefined ? [] : [mail]), ...alias].some((one) => same(one, called));
}

/** The person of a spec who goes by a name, a mail address or an alias; letter case does not matter. */
export function personCalled({ people }: Pick<Approvals, 'people'>, called: string): Person | undefined {
  return people.find((person) => isCalled(person, called));
}

/** The person of a spec who has that member's id in Slack. */
export function personInSlack({ people }: Pick<Approvals, 'people'>, member: string): Person | undefined {
  return people.find(({ slack }) => slack === member);
}

/** Whether a rollout was asked for by this person: they cannot approve it. */
export function askedBy(person: Person, requestedBy: string): boolean {
  return isCalled(person, requestedBy);
}

/** Roles that must approve before anything changes; none where the spec names nobody. */
export function rolesToApprove({ people, required }: Approvals): readonly string[] {
  return people.length === 0 ? [] : required;
}
