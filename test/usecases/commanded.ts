import { expect } from '@jest/globals';
import { commandNeeds, commandRollout } from '../../lib/usecases/people/command-rollout.ts';
import type { Journey } from './journey.ts';

/** Who says what people say to a rollout, and why. */
export const ana = { by: 'Ana', how: 'command', reason: 'because' } as const;

/** Says it to a rollout, one after the other; each must be taken. */
export async function command(journey: Journey, ...names: Parameters<typeof commandRollout>[1][]): Promise<void> {
  for (const name of names) {
    const { outcome } = await commandRollout(journey.rolloutId, name, ana, commandNeeds(journey.world));
    expect(outcome).toBe('done');
  }
}
