import type { StoredRollout } from '../ports/rollout-store.ts';
import { CliFailure, type Stack } from './cli-context.ts';

/**
 * The rollout of that id, or the newest one of the service of that name.
 * @throws CliFailure where there is neither
 */
export async function findRollout({ store }: Stack, name: string, stage: string): Promise<StoredRollout> {
  const [byId, [newest]] = await Promise.all([store.load(name), store.list(name, 1)]);
  if (byId !== undefined) return byId;
  const ofService = newest === undefined ? undefined : await store.load(newest.rolloutId);
  if (ofService !== undefined) return ofService;
  throw await notFound({ store }, name, stage);
}

/** Returns why there is no rollout of that name, and what to do. */
export async function notFound({ store }: Pick<Stack, 'store'>, name: string, stage: string): Promise<CliFailure> {
  if ((await store.spec(name)) !== undefined) {
    return new CliFailure(
      `Service ${name} had no rollout in stage ${stage} yet. Start one with: sluice start ${name} --image <tag> --stage ${stage}`,
    );
  }
  return new CliFailure(
    `Stage ${stage} knows no rollout and no service "${name}". Check the name and --stage, or apply a spec with: sluice apply <file> --stage ${stage}`,
  );
}
