import type { RolloutState } from '../rollout/state.ts';
import type { Part } from '../tasks/world.ts';
import { blueCapacity } from './blue-capacity.ts';
import { imageTag } from './image-tag.ts';
import { slotsFit } from './slots-fit.ts';

export interface Observation {
  readonly passed: boolean;
  /** What the check saw, in words. */
  readonly saw: string;
}

/** One question that has to be answered well before anything is changed. */
export interface PreCheck {
  readonly name: string;
  /** What it expects, in words. */
  readonly expected: string;
  readonly observe: (state: RolloutState, world: Part<'router' | 'runtime' | 'registry'>) => Promise<Observation>;
}

const preChecks: readonly PreCheck[] = [imageTag, slotsFit, blueCapacity];

/** Names of all pre-checks, in the order in which people read them. */
export const preCheckNames: readonly string[] = preChecks.map(({ name }) => name);

/** @throws Error where there is no such check */
export function preCheckNamed(name: string): PreCheck {
  const found = preChecks.find((check) => check.name === name);
  if (found === undefined) throw new Error(`There is no pre-check "${name}"; there are ${preCheckNames.join(', ')}.`);
  return found;
}
