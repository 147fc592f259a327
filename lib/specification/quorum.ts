/** Who may speak for which roles: a person of the spec, or somebody who has approved. */
export interface RoleHolder {
  readonly name: string;
  readonly roles: readonly string[];
}

/** Which person stands for which required role; a role without a person is open. */
export interface Quorum {
  readonly filled: ReadonlyMap<string, string>;
  readonly open: readonly string[];
}

/**
 * Assigns people to required roles, one person a role and one role a person, so that as many roles as possible are filled: a
 * maximum matching by augmenting paths (Kuhn 1955), so the first person may be moved to another of their roles to make room.
 */
export function quorumOf(required: readonly string[], people: readonly RoleHolder[]): Quorum {
  const holders = new Map<string, RoleHolder>();
  for (const person of people) seat(person, required, holders, new Set());
  const filled = new Map([...holders].map(([role, { name }]) => [role, name]));
  return { filled, open: required.filter((role) => !filled.has(role)) };
}

function seat(
  person: RoleHolder,
  required: readonly string[],
  holders: Map<string, RoleHolder>,
  tried: Set<string>,
): boolean {
  for (const role of required) {
    if (!person.roles.includes(role) || tried.has(role)) continue;
    tried.add(role);
    const before = holders.get(role);
    if (before === undefined || seat(before, required, holders, tried)) {
      holders.set(role, person);
      return true;
    }
  }
  return false;
}

/** Whether one more person would fill a role that is still open. */
export function wouldFill(required: readonly string[], approved: readonly RoleHolder[], person: RoleHolder): boolean {
  return quorumOf(required, [...approved, person]).filled.size > quorumOf(required, approved).filled.size;
}
