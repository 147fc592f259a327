import type { Part } from '../ports/world.ts';
import type { RolloutStore, StoredRollout } from '../ports/rollout-store.ts';
import { readKnown, type ReadRollout, type ViewReaders } from '../view/read-rollout.ts';
import { rolloutView } from '../view/rollout-view.ts';
import { readService } from '../view/service-view.ts';
import { readServicesOf, type ServiceRow } from '../view/service-row.ts';
import { cookieOf } from './cookies.ts';
import type { Kept } from './kept.ts';
import { type PageAnswer, unlessKnown } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { rolloutPage } from './rollout-page.ts';
import { servicePage } from './service-page.ts';
import { servicesPage } from './services-page.ts';
import { type Session, sessionCookie } from './session.ts';
import { maySee, nothingHere, signInPage, visitorOf, type VisitorNeeds } from './visitor.ts';

/** What a function instance has read within the last second. */
export interface KeptReads {
  readonly stored: Kept<StoredRollout | undefined>;
  readonly rollouts: Kept<ReadRollout>;
  readonly names: Kept<readonly string[]>;
  readonly services: Kept<readonly ServiceRow[]>;
}

/** What the pages are read from. Nothing of it writes. */
export interface ConsoleNeeds extends VisitorNeeds, Part<'installation'> {
  readonly store: ViewReaders['store'] & Pick<RolloutStore, 'service' | 'services' | 'specVersions'>;
  readonly sides: Omit<ViewReaders, 'store'>;
  /** What was read within the last second, so that a page that many look at is read once. */
  readonly kept: KeptReads;
}

/** The pages by the paths of the API. */
export const consolePaths = { services: '/', service: '/services/{name}', rollout: '/rollouts/{name}' } as const;

/** GET of a page of the console. Who is not known is asked to sign in before anything is read. */
export async function getConsole(request: ConsoleRequest, world: ConsoleNeeds): Promise<PageAnswer> {
  const { resource, name } = request;
  const place =
    resource === consolePaths.services ? '' : `${resource === consolePaths.service ? 'services' : 'rollouts'}/${name}`;
  // The first read goes on while the session is checked: that saves a call in the row.
  const mayBeKnown = cookieOf(request.headers['cookie'], sessionCookie) !== undefined;
  const [visitor] = await Promise.all([visitorOf(request, world), mayBeKnown ? firstRead(request, world) : undefined]);
  if (visitor === undefined) return signInPage(/^[a-z0-9/-]*$/.test(place) ? place : '');
  const answer = await answerFor(request, visitor, world);
  return unlessKnown(answer, request.headers['if-none-match']);
}

function answerFor(request: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  if (request.resource === consolePaths.services) return showServices(request, visitor, world);
  if (request.resource === consolePaths.service) return showService(request, visitor, world);
  return showRollout(request, visitor, world);
}

async function showRollout(request: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { store, sides, kept, installation, now } = world;
  const { name } = request;
  const stored = await storedOf(name, world);
  if (stored === undefined || !maySee(visitor, stored.state.spec)) return nothingHere('rollout');
  const read = await kept.rollouts(name, () => readKnown(stored, store, sides));
  const { state } = read.stored;
  const view = rolloutView({ ...read, stage: installation.stage, now: now() });
  return rolloutPage({ state, view, visitor, formKey: formKeyOf(request), now: now() });
}

function firstRead({ resource, name }: ConsoleRequest, world: ConsoleNeeds): Promise<unknown> {
  if (resource === consolePaths.rollout) return storedOf(name, world);
  return resource === consolePaths.services ? namesOf(world) : Promise.resolve();
}

function namesOf({ store, kept }: ConsoleNeeds): Promise<readonly string[]> {
  return kept.names('', () => store.services());
}

function storedOf(name: string, { store, kept }: ConsoleNeeds): Promise<StoredRollout | undefined> {
  return kept.stored(name, () => store.load(name));
}

/** A form is good for the visitor and the page that showed it. */
export function formKeyOf({ headers, name }: ConsoleRequest): string {
  return `${cookieOf(headers['cookie'], sessionCookie) ?? ''} ${name}`;
}

async function showService({ name }: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { store, installation } = world;
  const read = await readService(name, store);
  if (read === undefined || !maySee(visitor, read.inForce.spec)) return nothingHere('service');
  return servicePage(read, visitor, installation.stage);
}

async function showServices({ query }: ConsoleRequest, visitor: Session, world: ConsoleNeeds): Promise<PageAnswer> {
  const { store, kept, installation } = world;
  const rows = await kept.services('', async () => readServicesOf(await namesOf(world), store));
  const seen = visitor.seesAll ? rows : await seenBy(visitor, rows, store);
  return servicesPage(seen, visitor, installation.stage, query['after']);
}

async function seenBy(visitor: Session, rows: readonly ServiceRow[], store: ConsoleNeeds['store']) {
  const specs = await Promise.all(rows.map(({ service }) => store.spec(service)));
  return rows.filter((_, index) => {
    const applied = specs[index];
    return applied !== undefined && maySee(visitor, applied.spec);
  });
}
