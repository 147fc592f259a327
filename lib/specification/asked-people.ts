import type { Approvals, Person } from './approvals.ts';
import { comparable, identifiersIn, requestersIn } from './identifiers.ts';

/**
 * The person of a spec who goes by a name, a mail address or an alias; letter case and how a letter is encoded do not matter. A
 * name goes before a mail address, and both before an alias.
 */
export function personCalled({ people }: Pick<Approvals, 'people'>, called: string): Person | undefined {
  const wanted = comparable(called);
  const by = (known: (person: Person) => readonly string[]) =>
    people.find((person) => known(person).some((one) => comparable(one) === wanted));
  return (
    by(({ name }) => [name]) ?? by(({ mail }) => (mail === undefined ? [] : [mail])) ?? by(({ alias = [] }) => alias)
  );
}

/**
 * Returns the person of a spec who has that member's id in Slack; where the spec names their workspace, in that one alone.
 * @param team the workspace that the member belongs to, as Slack says; `undefined` where it does not say
 */
export function personInSlack(
  { people }: Pick<Approvals, 'people'>,
  member: string,
  team: string | undefined,
): Person | undefined {
  return people.find(({ slack, slackTeam = team }) => slack === member && slackTeam === team);
}

/**
 * Whether a rollout was requested by this person, as far as its text says: they cannot approve it. In doubt they were: another
 * person can still approve, but an approval cannot be withdrawn.
 */
export function requestedByPerson(person: Person, requestedBy: string): boolean {
  const requesters = requestersIn(requestedBy);
  return namesOf(person).some((name) => [...identifiersIn(name)].some((one) => requesters.has(one)));
}

/** All that a spec calls a person by. A pipeline may write a login, an id of Slack or a principal where others write a name. */
function namesOf({ name, mail, alias = [], github, slack, principals = [] }: Person): readonly string[] {
  const logins = github === undefined ? [] : [github, `github:${github}`];
  return [name, mail, ...alias, ...logins, slack, ...principals].filter((one) => one !== undefined);
}

/** Roles that must approve before anything changes; none where the spec names nobody. */
export function rolesToApprove({ people, required }: Approvals): readonly string[] {
  return people.length === 0 ? [] : required;
}
