import * as z from 'zod';
import type { ReleaseStore } from '../ports/releases.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import type { Part } from '../ports/world.ts';
import type { ReleaseState } from '../releases/release-state.ts';
import { deciderOf } from '../rollout/decider.ts';
import type { Person } from '../specification/approvals.ts';
import type { ReleaseNeeds } from '../usecases/people/command-release.ts';
import { turnSignedIn } from '../usecases/people/turn-signed-in.ts';
import { askedPlace, formKeyOf, shownRelease } from './console-place.ts';
import { longestReason } from '../ports/incident-orders.ts';
import { backTo, type PageAnswer } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { nothingDone, onceKey, postedForm, words } from './posted-form.ts';
import type { Session } from './session.ts';
import { isReleaseId } from './show-release.ts';
import { nothingHere, personOfEach, signInPage, visitorOf, type VisitorNeeds } from './visitor.ts';

/** As much of the world as a person's decision about a release touches. */
export interface PostReleaseNeeds extends VisitorNeeds, ReleaseNeeds, Part<'releases'> {
  readonly store: Pick<RolloutStore, 'spec'>;
  readonly releases: ReleaseStore;
  /** Address of the pages; its origin is the only one that may post. */
  readonly linksUrl: string;
}

const form = z.object({
  nonce: z.string(),
  direction: z.enum(['abort', 'rollBackAll']),
  reason: words(longestReason),
});

/** POST of a release's page: does what a person whom the spec of each member names, and who signed in, decided. */
export async function postRelease(request: ConsoleRequest, world: PostReleaseNeeds): Promise<PageAnswer> {
  const visitor = await visitorOf(request, world);
  if (visitor === undefined) return signInPage(askedPlace(request));
  const releaseId = shownRelease(request);
  const stored = releaseId === undefined || !isReleaseId(releaseId) ? undefined : await world.releases.load(releaseId);
  const person = stored && (await personOfMembers(stored.state, visitor, world));
  if (stored === undefined || person === undefined) return nothingHere('release');
  const posted = postedForm(request, form, { formKey: formKeyOf(request), linksUrl: world.linksUrl });
  const back = { to: `?release=${stored.state.releaseId}`, what: 'the release' };
  if ('refused' in posted) {
    const { reason: written } = Object.fromEntries(new URLSearchParams(request.body));
    return nothingDone(posted.refused.status, posted.refused.reason, { ...back, written });
  }
  const { direction, reason, nonce } = posted.fields;
  const execution = `told-page-${onceKey(nonce, { direction, reason })}`;
  const by = deciderOf(person.name, 'verified');
  const told = await turnSignedIn({ state: stored.state, direction, by, reason, execution }, world);
  return told.outcome === 'refused' ? nothingDone(409, told.reason, { ...back, written: reason }) : backTo(back.to);
}

async function personOfMembers(
  { members }: ReleaseState,
  visitor: Session,
  { store }: Pick<PostReleaseNeeds, 'store'>,
): Promise<Person | undefined> {
  const applied = await Promise.all(members.map(({ service }) => store.spec(service)));
  return personOfEach(
    visitor,
    applied.map((one) => one?.spec),
  );
}
