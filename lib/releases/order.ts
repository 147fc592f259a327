/** What the order of members follows from. */
export interface Ordered {
  readonly service: string;
  readonly after: readonly string[];
  readonly needs: Readonly<Record<string, string>>;
}

/** Returns the members that must have finished before one begins: those of `after`, and those that it needs. */
export function predecessorsOf({ after, needs }: Ordered): readonly string[] {
  return [...new Set([...after, ...Object.keys(needs)])];
}

/** Returns members that wait for each other in a circle, each for the next one; `undefined` where there are none. */
export function cycleIn(members: readonly Ordered[]): readonly string[] | undefined {
  const waits = new Map(members.map((member) => [member.service, predecessorsOf(member)]));
  const done = new Set<string>();
  const search = (name: string, way: readonly string[]): readonly string[] | undefined => {
    const before = way.indexOf(name);
    if (before !== -1) return way.slice(before);
    if (done.has(name)) return undefined;
    for (const next of waits.get(name) ?? []) {
      const found = search(next, [...way, name]);
      if (found !== undefined) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const { service } of members) {
    const found = search(service, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Returns the members that wait for one, directly or through others. */
export function followersOf(members: readonly Ordered[], service: string): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [service];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const member of members) {
      if (found.has(member.service) || !predecessorsOf(member).includes(name)) continue;
      found.add(member.service);
      waiting.push(member.service);
    }
  }
  return found;
}

/** Returns the members that must be back before one goes back: those that need a version of it. */
export function backBefore(members: readonly Ordered[], service: string): readonly string[] {
  return members.filter(({ needs }) => Object.hasOwn(needs, service)).map((member) => member.service);
}

/** Returns the members in the groups in which they go back, the first group first; within a group all go at once. */
export function returnOrder(members: readonly Ordered[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const placed = new Set<string>();
  while (placed.size < members.length) {
    const group = members
      .map(({ service }) => service)
      .filter((name) => !placed.has(name) && backBefore(members, name).every((one) => placed.has(one)));
    // Members in a circle never get here: a release with one is refused.
    if (group.length === 0) return groups;
    groups.push(group);
    for (const name of group) placed.add(name);
  }
  return groups;
}
