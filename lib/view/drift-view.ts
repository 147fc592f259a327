import * as z from 'zod';
import type { RolloutState } from '../rollout/state.ts';

/** What others changed, as it was found last. */
export interface DriftView {
  /** ISO 8601; `undefined` where the record does not say. */
  readonly since: string | undefined;
  /** One sentence each. */
  readonly changes: readonly string[];
  /** Who it was, as far as the account's trail shows. */
  readonly who: string | undefined;
}

const found = z.array(z.object({ what: z.string(), expected: z.string(), found: z.string() }));
const weights = z.tuple([z.string(), z.array(z.string())]);

/** Returns what others changed and have not put back, during the rollout or of its weights after it; `undefined` without drift. */
export function driftOf({ interference, liveWeights }: RolloutState): DriftView | undefined {
  if (interference !== undefined) {
    const { since, changes, who } = interference;
    return { since, who, changes: (parsed(changes, found) ?? []).map(sentence) };
  }
  if (liveWeights === undefined) return undefined;
  return { since: undefined, who: undefined, changes: parsed(liveWeights, weights)?.[1] ?? [] };
}

function sentence({ what, expected, found: seen }: z.output<typeof found>[number]): string {
  return `${what}: expected ${expected}, found ${seen}`;
}

function parsed<Value>(text: string, schema: z.ZodType<Value>): Value | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
