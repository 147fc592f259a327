import type { Part } from '../ports/world.ts';
import type { RolloutStore, StoredRollout } from '../ports/rollout-store.ts';
import type { StoredRelease } from '../ports/releases.ts';
import type { Trouble, Troubles } from '../ports/troubles.ts';
import { incidentSettings } from '../specification/incident.ts';
import { incidentView, timelineOf, type TellingEvents } from '../view/incident-view.ts';
import { type IncidentReaders, readTelling, readTrouble, type ServiceTrouble } from '../view/read-incident.ts';
import type { ReadRelease } from '../view/read-release.ts';
import { readKnown, type ReadRollout, type ViewReaders } from '../view/read-rollout.ts';
import { rolloutView } from '../view/rollout-view.ts';
import { readService } from '../view/service-view.ts';
import { readServicesOf, type ServiceRow } from '../view/service-row.ts';
import { draftUpdates } from '../usecases/incident/draft-update.ts';
import { messageOf } from '../specification/text/message-of.ts';
import { askedPlace, consolePaths, formKeyOf, shownRelease, showsIncident } from './console-place.ts';
import { cookieOf } from './cookies.ts';
import { incidentPage } from './incident-page.ts';
import { type Kept, keptForASecond } from './kept.ts';
import { type PageAnswer, unlessKnown } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { rolloutPage } from './rollout-page.ts';
import { activeReleases, type ReleaseNeeds, releaseOf, showRelease } from './show-release.ts';
import { servicePage } from './service-page.ts';
import { servicesPage } from './services-page.ts';
import { placeOf, type Session, sessionCookie } from './session.ts';
import { maySee, nothingHere, personOf, signInPage, visitorOf, type VisitorNeeds } from './visitor.ts';

/** What a function instance has read within the last second. */
export interface KeptReads {
  readonly stored: Kept<StoredRollout | undefined>;
  readonly rollouts: Kept<ReadRollout>;
  readonly names: Kept<readonly string[]>;
  readonly services: Kept<readonly ServiceRow[]>;
  readonly troubles: Kept<readonly Trouble[]>;
  readonly trouble: Kept<ServiceTrouble>;
  readonly telling: Kept<readonly TellingEvents[]>;
  readonly release: Kept<StoredRelease | undefined>;
  readonly members: Kept<ReadRelease>;
  readonly releases: Kept<readonly StoredRelease[]>;
}

/** Returns what keeps the reads of one function instance. @param now in milliseconds */
export function keptReads(now: () => number): KeptReads {
  return {
    stored: keptForASecond(now),
    rollouts: keptForASecond(now),
    names: keptForASecond(now),
    services: keptForASecond(now),
    troubles: keptForASecond(now),
    trouble: keptForASecond(now),
    telling: keptForASecond(now),
    release: keptForASecond(now),
    members: keptForASecond(now),
    releases: keptForASecond(now),
  };
}

/** What the pages are read from. Nothing of it writes. */
export interface ConsoleNeeds extends VisitorNeeds, Part<'installation'> {
  readonly store: ViewReaders['store'] &
    Pick<RolloutStore, 'service' | 'services' | 'specVersions' | 'newestEvents'> &
    IncidentReaders['store'];
  readonly releases: ReleaseNeeds['releases'];
  readonly incidents: IncidentReaders['incidents'];
  readonly emergencies: IncidentReaders['emergencies'];
  readonly troubles: Troubles;
  readonly sides: Omit<ViewReaders, 'store'>;
  /** What was read within the last second, so that a page that many look at is read once. */
  readonly kept: KeptReads;
}

/** GET of a page of the console. Who is not known is asked to sign in before anything is read. */
export async function getConsole(request: ConsoleRequest, world: ConsoleNeeds): Promise<PageAnswer> {
  // The first read goes on while the session is checked: that saves a call in the row.
  const mayBeKnown = cookieOf(request.headers['cookie'], sessionCookie) !== undefined;
  const [visitor] = await Promise.all([visitorOf(request, world), mayBeKnown ? firstRead(request, world) : undefined]);
  if (visitor === undefined) return signInPage(placeOf(askedPlace(request)), world.installation.stage);
  const answer = await answerFor(request, visitor, world);
  return unlessKnown(answer, request.headers['if-none-match']);
}

function answerFor(request: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const release = shownRelease(request);
  if (request.resource === consolePaths.services)
    return release === undefined
      ? showServices(request, visitor, world)
      : showRelease(release, { visitor, formKey: formKeyOf(request) }, world);
  if (request.resource === consolePaths.rollout) return showRollout(request, visitor, world);
  return showsIncident(request) ? showIncident(request, visitor, world) : showService(request, visitor, world);
}

async function showRollout(request: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { store, sides, kept, installation, now } = world;
  const { name } = request;
  const stored = await storedOf(name, world);
  if (stored === undefined || !maySee(visitor, stored.state.spec)) return nothingHere('rollout');
  const [read, trouble] = await Promise.all([
    kept.rollouts(name, () => readKnown(stored, store, sides)),
    troubleOf(stored.state.service, world).catch(messageOf),
  ]);
  const { state } = read.stored;
  const view = rolloutView({ ...read, stage: installation.stage, now: now() });
  const shown = troubleSeenBy(visitor, trouble);
  return rolloutPage({ state, view, visitor, trouble: shown, formKey: formKeyOf(request), now: now() });
}

/** What is open at a service is for those whom its spec names now; an error of AWS may name what they may not see. */
function troubleSeenBy(visitor: Session, trouble: ServiceTrouble | string): ServiceTrouble | string | undefined {
  if (visitor.seesAll) return trouble;
  if (typeof trouble === 'string') return 'the record did not answer';
  const { inForce } = trouble;
  return inForce !== undefined && maySee(visitor, inForce.spec) ? trouble : undefined;
}

function firstRead(request: ConsoleRequest, world: ConsoleNeeds): Promise<unknown> {
  const { resource, name } = request;
  const release = shownRelease(request);
  if (resource === consolePaths.rollout) return storedOf(name, world);
  if (resource === consolePaths.services && release !== undefined) return releaseOf(release, world);
  if (resource === consolePaths.services) return namesOf(world);
  return showsIncident(request) ? troubleOf(name, world) : Promise.resolve();
}

function troubleOf(name: string, world: ConsoleNeeds): Promise<ServiceTrouble> {
  return world.kept.trouble(name, () => readTrouble(name, world));
}

function namesOf({ store, kept }: ConsoleNeeds): Promise<readonly string[]> {
  return kept.names('', () => store.services());
}

function storedOf(name: string, { store, kept }: ConsoleNeeds): Promise<StoredRollout | undefined> {
  return kept.stored(name, () => store.load(name));
}

async function showService({ name }: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { store, installation } = world;
  const [read, trouble] = await Promise.all([readService(name, store), troubleOf(name, world)]);
  if (read === undefined || !maySee(visitor, read.inForce.spec)) return nothingHere('service');
  return servicePage(read, trouble, visitor, installation.stage);
}

async function showIncident(request: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { kept, installation, now } = world;
  const { name } = request;
  const trouble = await troubleOf(name, world);
  const { incident, inForce } = trouble;
  if (inForce === undefined || !maySee(visitor, inForce.spec)) return nothingHere('service');
  const telling = await kept.telling(name, () => readTelling(trouble, world));
  const person = personOf(visitor, inForce.spec);
  return incidentPage({
    trouble,
    incident: incident && incidentView(incident, incidentSettings(inForce.spec), now()),
    timeline: incident === undefined ? { lines: [], more: 0 } : timelineOf(incident, telling),
    visitor,
    stage: installation.stage,
    forms: person && {
      person: person.name,
      people: inForce.spec.approvals.people.map((one) => one.name),
      drafts: draftsOf(trouble, telling),
    },
    formKey: formKeyOf(request),
  });
}

/** Drafts of a status update, from what the page has read; none where the record of the rollout that tells of it is gone. */
function draftsOf(
  { service, incident, emergency, pageSince, rollouts }: ServiceTrouble,
  telling: readonly TellingEvents[],
) {
  const stateOf = (rolloutId: string | undefined) =>
    telling.find(({ stored }) => stored.state.rolloutId === rolloutId)?.stored.state;
  const rollout = stateOf(rollouts[0]?.rolloutId) ?? stateOf(incident?.toldIn);
  if (incident === undefined || rollout === undefined) return undefined;
  return draftUpdates(incident, { service, emergency, isPageUp: pageSince !== undefined, rollout });
}

async function showServices({ query }: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { store, kept, installation, troubles } = world;
  const [rows, open, releases] = await Promise.all([
    kept.services('', async () => readServicesOf(await namesOf(world), store)),
    kept.troubles('', () => troubles.troubles()),
    activeReleases(world),
  ]);
  const seen = visitor.seesAll ? rows : await seenBy(visitor, rows, store);
  const names = new Set(seen.map(({ service }) => service));
  const shown = open.filter(({ service }) => names.has(service));
  return servicesPage({
    ...{ rows: seen, troubles: shown, visitor, stage: installation.stage, after: query['after'] },
    releases: releases.filter(({ members }) => visitor.seesAll || members.every(({ service }) => names.has(service))),
  });
}

async function seenBy(visitor: Session, rows: readonly ServiceRow[], store: ConsoleNeeds['store']) {
  const specs = await Promise.all(rows.map(({ service }) => store.spec(service)));
  return rows.filter((_, index) => {
    const applied = specs[index];
    return applied !== undefined && maySee(visitor, applied.spec);
  });
}
