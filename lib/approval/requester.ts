import type { Requester } from '../rollout/requester.ts';
import type { Approvals, Person } from '../specification/approvals.ts';
import { requestedByPerson } from '../specification/asked-people.ts';

/** A rollout, as far as it says who requested it. */
export interface Requested {
  readonly requestedBy: string;
  readonly requester?: Requester | undefined;
}

/** Returns the person of a spec whom a principal of AWS is; sessions with a name that their caller chose are listed for nobody. */
export function personOfPrincipal({ people }: Pick<Approvals, 'people'>, arn: string): Person | undefined {
  return people.find(({ principals = [] }) => principals.includes(arn));
}

/**
 * Returns whether a principal stands for one human without being listed: IAM users, and sessions of IAM Identity Center, whose
 * names AWS sets. The session name of any other role is chosen by its caller.
 */
export function isOneHuman(arn: string): boolean {
  return /^arn:[a-z-]+:(?:iam::\d{12}:user\/|sts::\d{12}:assumed-role\/AWSReservedSSO_[^/]+\/)/.test(arn);
}

/** Returns whether a principal is an IAM user. */
export function isUser(arn: string): boolean {
  return /^arn:[a-z-]+:iam::\d{12}:user\//.test(arn);
}

/** Returns whether a person requested a rollout, by anything that is known of its requester; in doubt they did. */
export function isRequester(person: Person, { requestedBy, requester }: Requested): boolean {
  const identities = requester === undefined || requester.standing === 'sought' ? [] : (requester.identities ?? []);
  return requestedByPerson(person, requestedBy) || identities.some((identity) => isKnownAs(person, identity));
}

function isKnownAs(person: Person, identity: string): boolean {
  const [, login] = /^github:(.+)$/.exec(identity) ?? [];
  if (login !== undefined) return person.github?.toLowerCase() === login.toLowerCase();
  return person.principals?.includes(identity) === true || requestedByPerson(person, identity);
}
