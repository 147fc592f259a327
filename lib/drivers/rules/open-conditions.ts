import { patternsMeet } from './patterns-meet.ts';
import type { RoutingAction } from './routing.ts';
import { regexesOf, valuesOf } from './rule-conditions.ts';
import { wildcard } from './wildcard.ts';

/** The conditions of a rule that keeps one path of another rule open. */
export type OpenConditions =
  | { readonly outcome: 'found'; readonly conditions: readonly RoutingAction[]; readonly values: number }
  /** The rule takes no request of this path. */
  | { readonly outcome: 'apart' }
  | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Narrows the conditions of a rule to one path. A rule takes one condition of paths at most, so the path stands in the place of the rule's
 * own patterns, and has to lie within one of them.
 * @param path without wildcards, or with one `*` at its end
 */
export function openConditions(conditions: readonly RoutingAction[], path: string): OpenConditions {
  const own = conditions.filter(({ Field }) => Field === 'path-pattern');
  if (own.some((condition) => regexesOf(condition).length > 0)) {
    return { outcome: 'refused', reason: `${path} cannot stay open: the paths of the rule are a regular expression` };
  }
  const patterns = valuesOf(own, 'path-pattern');
  if (patterns.length > 0 && !patterns.some((pattern) => isWithin(path, pattern))) {
    if (!patterns.some((pattern) => patternsMeet(path, pattern))) return { outcome: 'apart' };
    const reason = `${path} cannot stay open: only a part of it is within ${patterns.join(', ')}; name a path that is wholly within`;
    return { outcome: 'refused', reason };
  }
  const narrowed = [
    ...conditions.filter(({ Field }) => Field !== 'path-pattern'),
    { Field: 'path-pattern', PathPatternConfig: { Values: [path] } },
  ];
  return { outcome: 'found', conditions: narrowed, values: countValues(narrowed) };
}

function isWithin(path: string, pattern: string): boolean {
  if (!path.endsWith('*')) return wildcard(pattern, 'case matters').test(path);
  if (pattern === path) return true;
  const [start, rest] = [pattern.slice(0, -1), pattern.slice(-1)];
  return rest === '*' && !/[*?\\]/.test(start) && path.startsWith(start);
}

function countValues(conditions: readonly RoutingAction[]): number {
  return conditions.reduce((sum, condition) => {
    const field = typeof condition['Field'] === 'string' ? condition['Field'] : '';
    const config: unknown = condition['QueryStringConfig'];
    const listed: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'Values') : undefined;
    const own = Array.isArray(listed) ? listed.length : valuesOf([condition], field).length;
    return sum + own + regexesOf(condition).length;
  }, 0);
}
