import { nearName } from '../specification/near-name.ts';
import { quote } from '../specification/text/plain-text.ts';
import { cycleIn, type Ordered } from './order.ts';

/** A mistake in the order of members, and where it is: below `members`. */
interface OrderProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Returns every mistake in which members there are and in what order: unknown, twice, itself, in a circle. */
export function checkOrder(members: readonly Ordered[]): readonly OrderProblem[] {
  const names = members.map(({ service }) => service);
  const wrong = members.flatMap((member, index) => [
    ...twice(names, index),
    ...member.after.flatMap((name, at) =>
      namedMember(member.service, name, names, [index, 'after', at], repeats(member.after, at)),
    ),
    ...Object.keys(member.needs).flatMap((name) =>
      namedMember(member.service, name, names, [index, 'needs', name], undefined),
    ),
  ]);
  const circle = wrong.length > 0 ? undefined : cycleIn(members);
  return circle === undefined ? wrong : [circleProblem(circle, names)];
}

function twice(names: readonly string[], index: number): readonly OrderProblem[] {
  const name = names[index] ?? '';
  if (names.indexOf(name) === index) return [];
  return [{ path: [index, 'service'], message: `${quote(name)} is a member already, expected each service once` }];
}

function repeats(after: readonly string[], at: number): string | undefined {
  const name = after[at] ?? '';
  return after.indexOf(name) === at ? undefined : `${quote(name)} is written twice, expected each member once`;
}

function namedMember(
  service: string,
  name: string,
  names: readonly string[],
  path: OrderProblem['path'],
  repeated: string | undefined,
): readonly OrderProblem[] {
  if (repeated !== undefined) return [{ path, message: repeated }];
  if (name === service) return [{ path, message: `${quote(name)} waits for itself, expected another member` }];
  if (names.includes(name)) return [];
  const near = nearName(
    name,
    names.filter((one) => one !== service),
  );
  const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
  return [{ path, message: `${quote(name)} is no member of this release${hint}, expected one of ${names.join(', ')}` }];
}

function circleProblem(circle: readonly string[], names: readonly string[]): OrderProblem {
  const [first = ''] = circle;
  const said = circle.map((name, at) => `${name} waits for ${circle[(at + 1) % circle.length] ?? ''}`).join(', ');
  return {
    path: [names.indexOf(first), 'service'],
    message: `the members wait for each other (${said}), expected an order without a circle`,
  };
}
