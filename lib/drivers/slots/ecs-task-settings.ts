import type { WireObject } from './ecs-task-definitions.ts';
import { describedOnly, isObject } from './ecs-task-definitions.ts';

/**
 * Everything that a task definition says besides its family, by path: `cpu`, `runtimePlatform.cpuArchitecture`,
 * `proxy.image`, `proxy.environment.LEVEL` (containers, variables and all elements of lists that have a name go by it). Empty
 * lists and objects are left out.
 */
export function settingsOf(whole: WireObject): Readonly<Record<string, string>> {
  const { family: _, containerDefinitions, ...rest } = whole;
  const own = Object.entries(rest).filter(([name]) => !describedOnly.has(name));
  return Object.fromEntries([
    ...own.flatMap(([name, value]) => leaves(value, name)),
    ...leaves(containerDefinitions, ''),
  ]);
}

function leaves(value: unknown, path: string): readonly (readonly [string, string])[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    const named = value.flatMap((element: unknown) => namedElement(element, path) ?? []);
    if (named.length > 0 && value.every((element) => namedElement(element, path) !== undefined)) return named;
    return value.length === 0 ? [] : [[path, JSON.stringify(value)]];
  }
  if (!isObject(value)) return [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, join(path, name)));
}

/** `{ name, value }` of a variable and `{ name, valueFrom }` of a secret are one line each. */
function namedElement(element: unknown, path: string): readonly (readonly [string, string])[] | undefined {
  if (!isObject(element)) return undefined;
  const { name, ...members } = element;
  if (typeof name !== 'string') return undefined;
  const [only, ...more] = Object.entries(members);
  const isPair = more.length === 0 && only !== undefined && (only[0] === 'value' || only[0] === 'valueFrom');
  return leaves(isPair ? only[1] : members, join(path, name));
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
