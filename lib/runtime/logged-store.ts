import type { RolloutStore } from '../ports/rollout-store.ts';
import type { RolloutState } from '../rollout/state.ts';
import { logger } from '../platform/logger.ts';

/**
 * A store of plain methods, with what it knows of a rollout put into every log line from then on: rollout, service, step and trace.
 * (`service` is Sluice itself.) The trace is the one of the event that started the rollout, so one search finds everything from the push to the last announcement.
 */
export function loggedStore<Store extends Pick<RolloutStore, 'load' | 'append' | 'open'>>(store: Store): Store {
  return {
    ...store,
    load: async (rolloutId) => {
      const found = await store.load(rolloutId);
      if (found !== undefined) note(found.state);
      return found;
    },
    append: async (...args) => {
      const stored = await store.append(...args);
      note(stored.state);
      return stored;
    },
    open: async (...args) => {
      const outcome = await store.open(...args);
      if (outcome.outcome === 'opened') note(outcome.stored.state);
      return outcome;
    },
  };
}

function note({ rolloutId, service, step, traceId }: RolloutState): void {
  logger.appendKeys({ rolloutId, rolloutService: service, step, traceId });
}
