import type { ViewReaders } from '../../view/read-rollout.ts';
import type { Stack } from '../cli-context.ts';

/** Returns what a view is read from. */
export function readersOf({ store, seen }: Stack): ViewReaders {
  return { store, ...seen };
}
