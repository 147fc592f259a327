import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Part } from '../../ports/world.ts';
import type { ReleaseOpened } from '../../releases/release-events.ts';
import { isNeedMet } from '../../releases/version-need.ts';
import type { Member } from '../../releases/release-spec.ts';
import type { PinnedImage } from '../../rollout/event-shapes.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { readCalendar } from '../calendar/read-calendar.ts';
import { pinImage } from '../opening/pin-image.ts';
import { type ReleaseRequest, releaseRequest } from './release-request.ts';
import { servingDigest } from './serving-version.ts';

export const openReleaseInput = z.object({
  request: z.unknown(),
  executionArn: z.string(),
  executionName: z.string(),
  startedAt: z.iso.datetime(),
});
type Input = z.output<typeof openReleaseInput>;

type Needs = Part<'store' | 'releases' | 'router' | 'runtime' | 'registry' | 'installation' | 'now'>;

export type OpenReleaseOutput =
  | { readonly outcome: 'opened'; readonly releaseId: string; readonly turns: 0 }
  | { readonly outcome: 'rejected'; readonly reason: string };

/** Step Functions takes a cause of 32,768 characters; a person reads fewer. */
const longestReason = 2000;

/**
 * State `OpenRelease`: validates the request, pins every member's image to a digest, and takes all members or none. What a person has
 * to change comes back as a rejection with nothing touched.
 */
export async function openRelease(input: Input, world: Needs): Promise<OpenReleaseOutput> {
  const parsed = releaseRequest.safeParse(input.request);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');
    return rejected(`The input must look like {"release": {…}, "images": {…}}: ${wrong}.`);
  }
  try {
    return await open(input, parsed.data, world);
  } catch (error) {
    if (error instanceof Refusal) return rejected(error.message);
    throw error;
  }
}

function rejected(reason: string): OpenReleaseOutput {
  return { outcome: 'rejected', reason: reason.slice(0, longestReason) };
}

async function open(input: Input, asked: ReleaseRequest, world: Needs): Promise<OpenReleaseOutput> {
  const { release, images, requestedBy, requester, reason, traceId } = asked;
  const hash = createHash('sha256').update(input.executionArn).digest('hex');
  const releaseId = idOf(release.release, input, hash);
  if ((await world.releases.load(releaseId)) !== undefined) return { outcome: 'opened', releaseId, turns: 0 };
  const strangers = Object.keys(images).filter((name) => !release.members.some(({ service }) => service === name));
  if (strangers.length > 0) throw new Refusal(`${strangers.join(', ')} is no member of ${release.release}.`);
  const pinned = await Promise.all(release.members.map((member) => pinnedMember(member, images, world)));
  if (pinned.every(({ unchanged }) => unchanged)) throw new Refusal('Every member serves its image already.');
  refuseUnmetNeeds(release.members, pinned);
  const event: ReleaseOpened = {
    ...{ type: 'ReleaseOpened', releaseId, release: release.release, onFailure: release.onFailure, requestedBy },
    ...(requester !== undefined && { requester }),
    ...(reason !== undefined && { reason }),
    traceId: traceId ?? hash.slice(0, 32),
    executionArn: input.executionArn,
    members: release.members.map(({ service, after, needs }) => {
      const { image, unchanged } = memberIn(pinned, service);
      return {
        service,
        digest: image.digest,
        ...(image.tag !== undefined && { tag: image.tag }),
        after,
        needs,
        unchanged,
      };
    }),
  };
  const { outcome } = await world.releases.open(event, world.now().toISOString());
  if (outcome === 'busy') throw new Refusal(await whoHolds(release.members, world));
  return { outcome: 'opened', releaseId, turns: 0 };
}

/** The name of its execution where that was made by `sluice release start`; a person in the console names it otherwise. */
function idOf(release: string, { executionName, startedAt }: Input, hash: string): string {
  if (new RegExp(`^${release}-\\d{8}-\\d{6}-[a-z0-9]{1,8}$`).test(executionName)) return executionName;
  return `${release}-${startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${hash.slice(0, 6)}`;
}

interface PinnedMember {
  readonly service: string;
  readonly image: PinnedImage;
  /** It serves this image already. */
  readonly unchanged: boolean;
}

async function pinnedMember(
  { service, image }: Member,
  images: ReleaseRequest['images'],
  world: Needs,
): Promise<PinnedMember> {
  const applied = await world.store.spec(service);
  if (applied === undefined) throw new Refusal(`No spec is applied for service "${service}".`);
  const wanted = (Object.hasOwn(images, service) ? images[service] : undefined) ?? image;
  if (wanted === undefined) throw new Refusal(`No image is named for ${service}: --image ${service}=<tag|digest>.`);
  const { spec } = applied;
  const look = await readCalendar(service, spec, undefined, world);
  if (!look.open) throw new Refusal(`No rollout of ${service} may start now: ${look.reason}. Start the release then.`);
  const pinned = await pinImage(wanted, spec, world);
  return { service, image: pinned, unchanged: (await servingDigest(spec, world)) === pinned.digest };
}

function memberIn(pinned: readonly PinnedMember[], service: string): PinnedMember {
  const found = pinned.find((one) => one.service === service);
  if (found === undefined) throw new Error(`${service} is no member.`);
  return found;
}

/** What members bring to each other is known before anything begins. */
function refuseUnmetNeeds(members: readonly Member[], pinned: readonly PinnedMember[]): void {
  for (const { service, needs } of members) {
    for (const [name, need] of Object.entries(needs)) {
      const { image } = memberIn(pinned, name);
      const met = isNeedMet(need, image.tag);
      if (met === 'met') continue;
      const why = met === 'notMet' ? 'which is another version' : 'which names no version';
      throw new Refusal(
        `${service} needs ${name} ${need}, and this release brings ${image.tag ?? image.digest}, ${why}.`,
      );
    }
  }
}

async function whoHolds(members: readonly Member[], { store }: Needs): Promise<string> {
  const found = await Promise.all(
    members.map(async ({ service }) => {
      const { lockedBy, hold } = await store.service(service);
      const by = lockedBy ?? hold?.releaseId;
      return by === undefined ? [] : [`${service} by ${by}`];
    }),
  );
  const list = found.flat();
  return list.length === 0
    ? 'A member was busy and is free again: start the release again.'
    : `Members are busy (${list.join(', ')}): a release takes all of its members or none. Start it when they have ended.`;
}
