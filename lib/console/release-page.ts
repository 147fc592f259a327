import { goingText } from '../releases/release-text.ts';
import { shortText as short } from './short-text.ts';
import type { ReleaseView } from '../view/release-view.ts';
import { formNonce } from './form-nonce.ts';
import { html, type Markup } from './html.ts';
import { livePage, type PageAnswer } from './page.ts';
import { releaseForm } from './release-forms.ts';
import { memberBox } from './release-members.ts';
import { livePart } from './rollout-sections.ts';
import { navigation } from './rollout-page.ts';
import { listOf, type Row, rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { timeElement } from './time-element.ts';

/** Events that are shown; a release of twenty members has a hundred at most. */
const mostEvents = 40;

/** One event of a release, as people read it. */
export interface ReleaseLine {
  readonly at: string;
  readonly text: string;
}

/** What stands around a release on its page. */
export interface AroundRelease {
  readonly lines: readonly ReleaseLine[];
  readonly visitor: Session;
  /** The person who may turn it, where the visitor is one; `undefined` where they may not. */
  readonly person: string | undefined;
  /** Binds the form to this visitor and release. */
  readonly formKey: string;
}

/** The page of a release: what changes, what is worse, how sure that is, what happens next, and what each action does now. */
export function releasePage(view: ReleaseView, { lines, visitor, person, formKey }: AroundRelease): PageAnswer {
  const { release, releaseId, stage, members } = view;
  const title = `Release ${release}: ${headlineOf(view)}`;
  const content = (nonce: string) =>
    html`${navigation(visitor, './')}
      <p class="where">Release in ${stage}</p>
      <h1 id="head" data-live>${title}</h1>
      ${livePart('now', stripOf(view))}${livePart('actions', person === undefined || view.actions.length === 0 ? actionsOf(view) : releaseForm(view.actions, { person, nonce }))}${livePart(
        'members',
        html`<h2>What changes, service by service</h2>
          <div class="gates">${members.map(memberBox)}</div>
          ${backOrder(view)}`,
      )}${livePart('events', eventsOf(lines, view))}
      <p class="where">Release <code>${releaseId}</code></p>`;
  return livePage(200, `${title} · ${stage}`, content, person === undefined ? '' : formNonce(formKey));
}

function headlineOf({ outcome, turned }: ReleaseView): string {
  return outcome === undefined ? goingText(turned) : ended[outcome];
}

const ended = {
  succeeded: 'succeeded',
  stopped: 'stopped',
  rolledBack: 'rolled back',
  partly: 'ended in part',
  incomplete: 'EMERGENCY: could not go back whole',
} as const;

function lookOf({ outcome, turned, worse }: ReleaseView): 'good' | 'bad' | 'neutral' {
  if (outcome === 'succeeded') return 'good';
  if (outcome === 'incomplete' || outcome === 'rolledBack' || turned === 'rollBackAll' || turned === 'abort')
    return 'bad';
  return outcome !== undefined || turned !== undefined || worse.length > 0 ? 'neutral' : 'good';
}

/** The first thing that a person reads. */
function stripOf(view: ReleaseView): Markup {
  const { counts, worse, sure, users, next, requestedBy, why, openedAt, endedAt, text } = view;
  const rows: readonly Row[] = [
    ['Members', html`${counts}`],
    ['Worse', worse.length === 0 ? html`nothing, as far as is measured` : lines(worse)],
    ['How sure', sure.length === 0 ? html`no member under way has been compared yet` : lines(sure)],
    ...(users.length === 0 ? [] : [['Users', lines(users)] as const]),
    [
      'Next',
      listOf(
        next.map(
          (one) =>
            html`<li>${short(one.text)}${one.at === undefined ? undefined : html`: ${timeElement(one.at)}`}</li>`,
        ),
      ),
    ],
    [
      'Requested by',
      html`${short(requestedBy)}, at ${timeElement(openedAt)}${why === undefined ? '' : `: ${short(why)}`}`,
    ],
    ...(endedAt === undefined ? [] : [['Ended', timeElement(endedAt)] as const]),
  ];
  return html`<div class="strip ${lookOf(view)}">
    <p class="standing" aria-live="polite">${short(text)}</p>
    ${rowsOf(rows)}
  </div>`;
}

function lines(texts: readonly string[]): Markup {
  const [only, ...others] = texts;
  return only !== undefined && others.length === 0
    ? html`${short(only)}`
    : listOf(texts.map((text) => html`<li>${short(text)}</li>`));
}

/** For who sees the release and may not turn it here: the commands, which take rights of AWS. */
function actionsOf({ actions, outcome }: ReleaseView): Markup {
  const items = actions.map(
    ({ name, command, does }) =>
      html`<li><b>${name}.</b> <code>${command}</code> ${listOf(does.map((one) => html`<li>${short(one)}</li>`))}</li>`,
  );
  const none =
    outcome === undefined
      ? html`<p>All members that have begun go back already: there is nothing to add to that.</p>`
      : html`<p>Nothing is left to abort or to take back.</p>`;
  return html`<h2>What each action would do now</h2>
    ${items.length === 0 ? none : listOf(items)}`;
}

function backOrder({ back, outcome }: ReleaseView): Markup | undefined {
  if (outcome !== undefined || back.length < 2) return undefined;
  return html`<p>They go back in this order: ${back.map((group) => group.join(' and ')).join(', then ')}.</p>`;
}

function eventsOf(events: readonly ReleaseLine[], { releaseId, stage }: ReleaseView): Markup {
  const items = events
    .slice(-mostEvents)
    .toReversed()
    .map(({ at, text }) => html`<li>${timeElement(at)} ${short(text)}</li>`);
  return html`<h2>Events, newest first</h2>
    <ul class="events">
      ${items}
    </ul>
    <p>On the command line: <code>sluice release status ${releaseId} --stage ${stage}</code></p>`;
}
