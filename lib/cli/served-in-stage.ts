import { servesAfter } from '../rollout/closing.ts';
import { isActive } from '../rollout/phase.ts';
import { CliFailure, type CliContext, type StackOptions } from './cli-context.ts';

/** What is looked through for the rollout that ended last. */
const rolloutsLookedThrough = 20;

/**
 * Returns the digest of the image of a service that serves in another stage, by that stage's record.
 * @throws CliFailure where the record does not say, or a rollout is under way there
 */
export async function servedInStage(
  service: string,
  options: StackOptions,
  { connect }: Pick<CliContext, 'connect'>,
): Promise<string> {
  const { stage } = options;
  const { store } = await connect(options);
  for (const { rolloutId, phase } of await store.list(service, rolloutsLookedThrough)) {
    if (isActive({ phase })) {
      throw new CliFailure(
        `${rolloutId} is under way in ${stage}: what serves there is about to change. Wait for its end, or name the image with --image.`,
      );
    }
    const stored = await store.load(rolloutId);
    if (stored === undefined) continue;
    if (stored.altered !== undefined) {
      throw new CliFailure(`What serves in ${stage} is not known: ${stored.altered} Name the image with --image.`);
    }
    const { state } = stored;
    const slot = servesAfter(state);
    const digest = slot === state.green ? state.image.digest : slot === state.blue ? state.blueDigest : undefined;
    if (digest !== undefined) return digest;
    throw new CliFailure(
      `The record of ${stage} does not say what serves since ${rolloutId}. Name the image with --image.`,
    );
  }
  throw new CliFailure(`Stage ${stage} knows no rollout of ${service}. Name the image with --image.`);
}
