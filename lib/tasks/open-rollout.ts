import { createHash } from 'node:crypto';
import * as z from 'zod';
import { Refusal } from '../ports/refusal.ts';
import type { RunningSlot } from '../ports/slot-runtime.ts';
import { preCheckNames } from '../prechecks/pre-checks.ts';
import type { PinnedImage, RolloutEvent } from '../rollout/events.ts';
import { type ImageReference, parseImageReference } from '../rollout/image-reference.ts';
import { rolesOf } from '../rollout/routing.ts';
import type { RolloutSpec } from '../spec/rollout-spec.ts';
import { tagMatches } from '../spec/tag-pattern.ts';
import { armGuard, disarmGuard } from './guard.ts';
import type { Part } from './world.ts';

export const openRolloutInput = z.object({
  /** Whatever started the execution; a person may have typed it. */
  request: z.unknown(),
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
});

const service = z.string('expected the name of a service').min(1, 'expected the name of a service').max(64);
/** The right that comes with opening. Somebody who took over since has a newer one, which a repeated call must not get. */
const firstFence = 1;
/** Step Functions takes a cause of 32,768 characters; a person reads fewer. */
const longestReason = 2000;
const anImage = 'expected a tag, a digest or an image reference';

const request = z.strictObject({
  service,
  image: z.string(anImage).min(1, anImage).max(600),
  requestedBy: z.string().min(1).max(200).default('a person'),
  traceId: z
    .string()
    .regex(/^[\w:=;.-]{1,128}$/)
    .optional(),
});

export type OpenRolloutOutput =
  | {
      readonly outcome: 'opened';
      readonly rolloutId: string;
      readonly fence: number;
      readonly service: string;
      readonly image: string;
      readonly checks: readonly string[];
    }
  | { readonly outcome: 'rejected'; readonly reason: string };

type Needs = Part<'store' | 'router' | 'runtime' | 'registry' | 'schedules' | 'now'>;

/**
 * State `OpenRollout`: validates the request, pins the image to a digest, tells blue from green, takes the service's lock and
 * keeps what every rule looked like. The guard is set before the lock is taken. What a person has to change comes back as a
 * rejection with nothing touched.
 */
export async function openRollout(input: z.output<typeof openRolloutInput>, world: Needs): Promise<OpenRolloutOutput> {
  const parsed = request.safeParse(input.request);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
    return rejected(`The input must look like {"service": "web", "image": "412-9f8d111"}: ${wrong}.`);
  }
  try {
    return await open(input, parsed.data, world);
  } catch (error) {
    if (error instanceof Refusal) return rejected(error.message);
    throw error;
  }
}

async function open(
  input: z.output<typeof openRolloutInput>,
  asked: z.output<typeof request>,
  world: Needs,
): Promise<OpenRolloutOutput> {
  const { store, router, runtime, now } = world;
  const applied = await store.spec(asked.service);
  if (applied === undefined) {
    throw new Refusal(
      `No spec is applied for service "${asked.service}"; apply one with: sluice apply rollouts/<service>.yml`,
    );
  }
  const { spec } = applied;
  const id = createHash('sha256').update(input.executionArn).digest('hex');
  const rolloutId = `${spec.service}-${input.startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${id.slice(0, 6)}`;
  const known = await store.load(rolloutId);
  if (known !== undefined) return opened(rolloutId, spec, known.state.image);

  const { lockedBy } = await store.service(spec.service);
  if (lockedBy !== undefined) throw busy(spec.service, lockedBy);
  const image = await pin(asked.image, spec, world);
  const routings = await router.read(spec.traffic);
  const roles = rolesOf(routings, spec.slots);
  if (roles.outcome === 'unclear') throw new Refusal(`It is not clear which slot serves: ${roles.reason}.`);
  const blue = await slotOf(spec, roles.blue, world);
  await slotOf(spec, roles.green, world);
  const blueDigests = await runtime.runningDigests(spec.cluster, blue.service, spec.container);
  if (blueDigests.length === 1 && blueDigests[0] === image.digest) {
    throw new Refusal(`${asked.image} (${image.digest}) already serves all traffic in slot ${roles.blue}.`);
  }

  const event: Extract<RolloutEvent, { type: 'RolloutOpened' }> = {
    type: 'RolloutOpened',
    service: spec.service,
    image,
    requestedBy: asked.requestedBy,
    traceId: asked.traceId ?? id.slice(0, 32),
    executionArn: input.executionArn,
    spec,
    specVersion: applied.version,
    blue: roles.blue,
    green: roles.green,
    blueTaskDefinition: blue.taskDefinition,
    blueCount: blue.desired,
    blueDigest: blueDigests.length === 1 ? blueDigests[0] : undefined,
    restorePlan: routings.map(({ kind, arn, actions }) => ({ kind, arn, actions })),
  };
  await armGuard(rolloutId, spec, world);
  const result = await store.open(rolloutId, event, now().toISOString());
  if (result.outcome === 'busy') {
    await disarmGuard(rolloutId, world);
    throw busy(spec.service, result.lockedBy);
  }
  return opened(rolloutId, spec, image);
}

function busy(service: string, lockedBy: string): Refusal {
  return new Refusal(
    `Service ${service} is busy with rollout ${lockedBy}; wait until it ends, then start this one again.`,
  );
}

function opened(rolloutId: string, spec: RolloutSpec, image: PinnedImage): OpenRolloutOutput {
  const name = image.tag ?? image.digest;
  return { outcome: 'opened', rolloutId, fence: firstFence, service: spec.service, image: name, checks: preCheckNames };
}

function rejected(reason: string): OpenRolloutOutput {
  return { outcome: 'rejected', reason: reason.slice(0, longestReason) };
}

async function slotOf(spec: RolloutSpec, name: 'a' | 'b', { runtime }: Part<'runtime'>): Promise<RunningSlot> {
  const { service } = spec.slots[name];
  const found = await runtime.describe(spec.cluster, service);
  if (found?.active !== true) {
    throw new Refusal(
      `ECS service ${service} of slot ${name} is not active in cluster ${spec.cluster}; create it or correct \`slots\`.`,
    );
  }
  return found;
}

/** The image by its digest: a tag may move while the rollout runs. */
async function pin(written: string, spec: RolloutSpec, { registry }: Part<'registry'>): Promise<PinnedImage> {
  const reference = parseImageReference(written);
  if (reference === undefined) {
    throw new Refusal(
      `"${written}" names no image; expected a tag, a sha256: digest, or repository:tag, repository@sha256:digest.`,
    );
  }
  const { repository } = spec.image;
  if (reference.repository !== undefined && reference.repository !== repository) {
    throw new Refusal(
      `Image "${written}" is of repository ${reference.repository}, but the spec of ${spec.service} takes ${repository}.`,
    );
  }
  const wanted = reference.digest ?? reference.tag ?? '';
  const found = await registry.find(repository, wanted);
  if (found === undefined) throw new Refusal(`Repository ${repository} has no image ${wanted}; push it first.`);
  if (reference.registry !== undefined && !found.repositoryUri.startsWith(`${reference.registry}/`)) {
    throw new Refusal(`Image "${written}" is of another registry than ${found.repositoryUri}.`);
  }
  return { repositoryUri: found.repositoryUri, digest: found.digest, tag: tagOf(reference, found.tags, spec) };
}

/** The tag that was asked for, or, for a digest, a tag of the agreed pattern that it carries. */
function tagOf(reference: ImageReference, tags: readonly string[], spec: RolloutSpec): string | undefined {
  return reference.tag ?? tags.find((tag) => tagMatches(spec.image.tagPattern, tag)) ?? tags[0];
}
