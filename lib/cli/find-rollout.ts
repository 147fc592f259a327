import type { StoredRollout } from '../ports/rollout-store.ts';
import { CliFailure, type Stack } from './cli-context.ts';

/**
 * The rollout of that id, or the newest one of the service of that name.
 * @throws CliFailure where there is neither
 */
export async function findRollout({ store }: Stack, name: string, stage: string): Promise<StoredRollout> {
  const byId = await store.load(name);
  if (byId !== undefined) return byId;
  const newest = (await store.list(name, 1))[0];
  const ofService = newest === undefined ? undefined : await store.load(newest.rolloutId);
  if (ofService !== undefined) return ofService;
  if ((await store.spec(name)) !== undefined) {
    throw new CliFailure(
      `Service ${name} had no rollout in stage ${stage} yet. Start one with: sluice start ${name} --image <tag> --stage ${stage}`,
    );
  }
  throw new CliFailure(
    `Stage ${stage} knows no rollout and no service "${name}". Check the name and --stage, or apply a spec with: sluice apply <file> --stage ${stage}`,
  );
}
