import type { Approvals } from '../specification/approvals.ts';
import { requestedByPerson } from '../specification/asked-people.ts';
import { identifiersIn } from '../specification/identifiers.ts';

/**
 * Returns whether two people may be one, by what each is called: names, addresses, ARNs of principals. People of a spec are known by all that
 * it calls them; `ada@laptop`, as a machine calls its user, also by the part before the sign.
 */
export function mayBeSame(
  approvals: Pick<Approvals, 'people'>,
  one: readonly (string | undefined)[],
  other: readonly (string | undefined)[],
): boolean {
  const known = identitiesOf(approvals, one);
  return [...identitiesOf(approvals, other)].some((identity) => known.has(identity));
}

function identitiesOf(
  { people }: Pick<Approvals, 'people'>,
  called: readonly (string | undefined)[],
): ReadonlySet<unknown> {
  const texts = called.flatMap((text) => (text === undefined ? [] : [text, text.replace(/@[^@]*$/, '')]));
  const persons = people.filter((person) =>
    texts.some((text) => person.principals?.includes(text) === true || requestedByPerson(person, text)),
  );
  return new Set([...persons, ...texts.flatMap((text) => [...identifiersIn(text)])]);
}
