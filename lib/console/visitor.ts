import type { Mac } from '../ports/links.ts';
import type { Person } from '../specification/approvals.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { identityBy } from '../usecases/people/show-decision.ts';
import { cookieOf } from './cookies.ts';
import { html } from './html.ts';
import { page, type PageAnswer } from './page.ts';
import type { PageRequest } from './page-request.ts';
import { openedSession, type Session, sessionCookie } from './session.ts';

/** What checks who visits. */
export interface VisitorNeeds {
  readonly identityMac: Pick<Mac, 'verify'>;
  readonly now: () => Date;
}

/** Returns who visits; `undefined` for everyone else. */
export function visitorOf({ headers }: PageRequest, { identityMac, now }: VisitorNeeds): Promise<Session | undefined> {
  return openedSession(cookieOf(headers['cookie'], sessionCookie), identityMac, now());
}

/** Returns the person of a spec who signed in. A session of IAM is no person here: it has the command line. */
export function personOf(
  { by, who, oidc }: Session,
  { approvals }: Pick<RolloutSpec, 'approvals'>,
): Person | undefined {
  if (by !== 'oidc') return undefined;
  return approvals.people.find((person) => identityBy({ mail: who, oidc }, person) === 'verified');
}

/** Returns the person who signed in, where each of several specs names them; a spec that is not known names nobody. */
export function personOfEach(
  visitor: Session,
  specs: readonly (Pick<RolloutSpec, 'approvals'> | undefined)[],
): Person | undefined {
  const people = specs.map((spec) => spec && personOf(visitor, spec));
  return people.every((person) => person !== undefined) ? people[0] : undefined;
}

/** Returns whether a visitor may see a service. */
export function maySee(visitor: Session, spec: Pick<RolloutSpec, 'approvals'>): boolean {
  return visitor.seesAll || personOf(visitor, spec) !== undefined;
}

/** What names a page to `sluice open`, besides those of services. */
const commandOf: Readonly<Record<string, string>> = { 'rollouts/': '', '?release=': ' --release' };

/** The same answer for every address: who is not signed in learns nothing. @param to where to go once they are */
export function signInPage(to: string, stage?: string): PageAnswer {
  const [, kind, name, more] = /^(rollouts\/|services\/|\?release=)([a-z0-9-]+)(\?.*)?$/.exec(to) ?? [];
  const which = commandOf[kind ?? ''] ?? (more === undefined ? ' --service' : ' --incident');
  const command = `sluice open${name === undefined ? '' : ` ${name}${which}`}${stage === undefined ? '' : ` --stage ${stage}`}`;
  return page(
    403,
    'Sign in',
    html`<h1>Sign in to see this</h1>
      <p><a class="button" href="${up(to)}sign-in/console?to=${to}">Sign in</a></p>
      <p>
        Or run, with credentials of AWS:
        <code>${command}</code>
      </p>`,
  );
}

/** The way from a page to the root of all pages. */
function up(place: string): string {
  return place === '' || place.startsWith('?') ? './' : '../';
}

/** For what is not there, and for what the visitor may not see: they cannot tell one from the other. */
export function nothingHere(what: string): PageAnswer {
  return page(
    404,
    'Nothing to see',
    html`<h1>Nothing to see</h1>
      <p>There is no ${what} of this name, or none that you may see.</p>`,
  );
}
