import type { RoutingAction } from './routing.ts';
import { regexesOf, valuesOf } from './rule-conditions.ts';

/** A character of a pattern: `*` any run, `?` any one, otherwise itself. A backslash takes the next as it is. */
type Token = { readonly any: 'run' | 'one' } | { readonly letter: string };

function tokensOf(pattern: string): readonly Token[] {
  return [...pattern.matchAll(/\\[*?\\]|[\s\S]/g)].map(([found]) => {
    if (found === '*') return { any: 'run' };
    if (found === '?') return { any: 'one' };
    return { letter: found.length === 2 ? found.slice(1) : found };
  });
}

const isRun = (token: Token | undefined): boolean => token !== undefined && 'any' in token && token.any === 'run';

function oneMeets(left: Token, right: Token): boolean {
  return !('letter' in left) || !('letter' in right) || left.letter === right.letter;
}

/** Returns whether one text can match both patterns of a load balancer's rules. */
export function patternsMeet(one: string, other: string): boolean {
  const left = tokensOf(one);
  const right = tokensOf(other);
  // Row by row: whether the rests behind both places can match the same text.
  let below: boolean[] = [];
  for (let i = left.length; i >= 0; i -= 1) {
    const row: boolean[] = [];
    for (let j = right.length; j >= 0; j -= 1) {
      const [a, b] = [left[i], right[j]];
      if (a === undefined && b === undefined) row[j] = true;
      else if (isRun(a) && below[j] === true) row[j] = true;
      else if (isRun(b) && row[j + 1] === true) row[j] = true;
      else if (a === undefined || b === undefined) row[j] = false;
      else if (isRun(a)) row[j] = row[j + 1] === true;
      else if (isRun(b)) row[j] = below[j] === true;
      else row[j] = oneMeets(a, b) && below[j + 1] === true;
    }
    below = row;
  }
  return below[0] === true;
}

/** Fields of which a rule has one condition at most, so that values without a common text prove that no request meets both rules. */
const single = ['host-header', 'path-pattern', 'http-request-method'] as const;

/** Returns whether no request can meet the conditions of both rules; false where that cannot be told. */
export function areApart(one: readonly RoutingAction[], other: readonly RoutingAction[]): boolean {
  return single.some((field) => {
    const [left, right] = [plainValues(one, field), plainValues(other, field)];
    if (left.length === 0 || right.length === 0) return false;
    return !left.some((a) => right.some((b) => patternsMeet(a, b)));
  });
}

/** None where a regular expression stands beside them, as that may match anything. Host names know no case. */
function plainValues(conditions: readonly RoutingAction[], field: (typeof single)[number]): readonly string[] {
  const own = conditions.filter(({ Field }) => Field === field);
  if (own.some((condition) => regexesOf(condition).length > 0)) return [];
  const values = valuesOf(own, field);
  return field === 'host-header' ? values.map((value) => value.toLowerCase()) : values;
}
