import { startRollback as start } from '../../usecases/rollback/start-rollback.ts';
import { rollbacks } from './rollbacks.ts';
import { store } from './store.ts';

/** Starts the rollback of a rollout for what a person decided on a page. */
export function startRollback(rolloutId: string, request: { by: string; reason: string }) {
  return start({ rolloutId, ...request }, { store, rollbacks });
}
