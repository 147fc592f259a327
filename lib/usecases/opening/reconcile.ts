import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Executions } from '../../ports/executions.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { PushedImage } from '../../ports/image-registry.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { driverOf } from '../../drivers/registry.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { tagMatches } from '../../specification/tag-pattern.ts';
import type { Part } from '../../ports/world.ts';

/** Nothing else is taken: a `dryRun` that is misspelt must not start rollouts. */
export const reconcileInput = z.strictObject({
  /** All services that have a spec, where none is named. */
  services: z.array(z.string().min(1).max(64)).max(100).default([]),
  /** Says what would be started, starts nothing. */
  dryRun: z.boolean().default(false),
});

/** What was found for one service. */
export interface Reconciled {
  readonly service: string;
  readonly outcome: 'started' | 'wouldStart' | 'alreadyStarted' | 'upToDate' | 'busy' | 'refused';
  readonly image?: string | undefined;
  readonly reason: string;
}

type Needs = Part<'registry' | 'router' | 'runtime'> & {
  readonly executions: Pick<Executions, 'start'>;
  readonly store: Pick<RolloutStore, 'services' | 'spec' | 'service' | 'list'>;
};

/** So many rollouts of a service are asked whether they know an image. */
const mostRollouts = 200;

/**
 * Finds the pushed image that no rollout knows, as ECR delivers its events with best effort: the newest by push time whose tag
 * fits, if it is newer than what runs. Starts it, or says so. One service's trouble does not keep the others from their turn.
 */
export async function reconcile(
  { services, dryRun }: z.output<typeof reconcileInput>,
  world: Needs,
): Promise<readonly Reconciled[]> {
  const names = services.length > 0 ? services : await world.store.services();
  const answers: Reconciled[] = [];
  for (const service of names) {
    try {
      answers.push(await reconcileOne(service, dryRun, world));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answers.push({ service, outcome: 'refused', reason: error.message });
    }
  }
  return answers;
}

async function reconcileOne(service: string, dryRun: boolean, world: Needs): Promise<Reconciled> {
  const { store, executions } = world;
  const applied = await store.spec(service);
  if (applied === undefined) throw new Refusal(`No spec is applied for service "${service}"; apply one first.`);
  const { spec } = applied;
  if (spec.taskDefinition === 'from-event') {
    throw new Refusal(
      'The spec says taskDefinition: from-event, which no pushed image names; start what you want by hand.',
    );
  }
  const { lockedBy } = await store.service(service);
  if (lockedBy !== undefined) return { service, outcome: 'busy', reason: `rollout ${lockedBy} runs` };
  const pushed = await world.registry.list(spec.image);
  const newest = newestFitting(pushed, spec);
  if (newest === undefined) {
    return { service, outcome: 'upToDate', reason: `no image of ${spec.image.repository} has a tag that fits` };
  }
  const { tag, image } = newest;
  const name = `${spec.image.repository}:${tag}`;
  const known = await store.list(service, mostRollouts);
  const rollout = known.find(({ digest, image: of }) => digest === image.digest || of === image.digest);
  if (rollout !== undefined) {
    return { service, outcome: 'upToDate', image: name, reason: `rollout ${rollout.rolloutId} knows it` };
  }
  const running = await runningImage(spec, pushed, world);
  if (running.digest === image.digest) return { service, outcome: 'upToDate', image: name, reason: 'it runs' };
  if (running.pushedAt >= image.pushedAt) {
    return { service, outcome: 'upToDate', image: name, reason: 'what runs was pushed later' };
  }
  const reason = `pushed ${image.pushedAt}, after what runs, and no rollout knows it`;
  if (dryRun) return { service, outcome: 'wouldStart', image: name, reason };
  const key = createHash('sha256').update(`${name}\n${image.digest}`).digest('hex').slice(0, 16);
  const { alreadyStarted } = await executions.start(`reconcile-${service}-${key}`, {
    service,
    image: `${name}@${image.digest}`,
    requestedBy: `reconciliation of ${name}`.slice(0, 200),
  });
  return alreadyStarted
    ? {
        service,
        outcome: 'alreadyStarted',
        image: name,
        reason: 'it was started before and left no rollout; start it by hand',
      }
    : { service, outcome: 'started', image: name, reason };
}

function newestFitting(
  pushed: readonly PushedImage[],
  { image: { tagPattern } }: RolloutSpec,
): { readonly tag: string; readonly image: PushedImage } | undefined {
  let best: { readonly tag: string; readonly image: PushedImage } | undefined;
  for (const image of pushed) {
    const tag = image.tags.find((each) => tagMatches(tagPattern, each));
    if (tag !== undefined && (best === undefined || image.pushedAt > best.image.pushedAt)) best = { tag, image };
  }
  return best;
}

/** What serves now, with its push time: without it nobody can say what is newer. */
async function runningImage(
  spec: RolloutSpec,
  pushed: readonly PushedImage[],
  { router, runtime }: Needs,
): Promise<PushedImage> {
  const roles = driverOf(spec).rolesOf(spec, await router.read(trafficOf(spec)));
  if (roles.outcome === 'unclear') throw new Refusal(`It is not clear which slot serves: ${roles.reason}.`);
  const workload = workloadOf(spec, roles.blue);
  const digests = await runtime.runningDigests(workload, spec.container);
  const found = pushed.find(({ digest }) => digests.includes(digest));
  if (digests.length === 1 && found !== undefined) return found;
  const saw =
    digests.length === 1 ? `${digests[0] ?? ''}, which the registry no longer has` : `${digests.length} images`;
  throw new Refusal(`Slot ${roles.blue} (${workload.service}) runs ${saw}; start what you want by hand.`);
}
