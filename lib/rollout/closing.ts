import type { SlotName } from '../drivers/layout/layout.ts';
import type { RolloutFacts } from './rollout-facts.ts';

type Ended = Pick<RolloutFacts, 'phase' | 'blue' | 'green' | 'closing'>;

/** Returns the slot that should serve since the rollout ended; `undefined` where a person closed its rollback with split traffic. */
export function servesAfter({ phase, blue, green, closing }: Ended): SlotName | undefined {
  if (closing?.closed === true) return closing.serves;
  return phase === 'succeeded' ? green : blue;
}
