import { goingText } from '../releases/release-text.ts';
import { plain } from '../messages/plain.ts';
import type { Trouble } from '../ports/troubles.ts';
import type { ReleaseState } from '../releases/release-state.ts';
import type { ServiceRow } from '../view/service-row.ts';
import { counted } from '../specification/text/counted.ts';
import { waitsForPerson } from '../view/status.ts';
import { html, type Markup } from './html.ts';
import { livePage, type PageAnswer } from './page.ts';
import { livePart } from './rollout-sections.ts';
import { navigation } from './rollout-page.ts';
import { listOf } from './rows.ts';
import type { Session } from './session.ts';

/** Bytes of all lists; the services at rest that do not fit are on the next page. */
const mostBytes = 86_000;
/** Rollouts that are shown whole of those that run, and of those that wait for a person. */
const mostRunning = 60;

/** The services that a visitor may see. */
export interface ShownServices {
  readonly rows: readonly ServiceRow[];
  /** What is open of them besides rollouts. */
  readonly troubles: readonly Trouble[];
  /** Releases under way, all of whose services the visitor may see. */
  readonly releases: readonly ReleaseState[];
  readonly visitor: Session;
  readonly stage: string;
  /** The name after which the list of the rest begins. */
  readonly after: string | undefined;
}

/** The page of all services: what needs a person on top, then what runs, then the rest. */
export function servicesPage({ rows, troubles, releases, visitor, stage, after }: ShownServices): PageAnswer {
  const running = rows.filter(({ running: one }) => one !== undefined);
  const waiting = running.filter(({ running: one }) => one !== undefined && waitsForPerson(one.standing));
  const others = running.filter((row) => !waiting.includes(row));
  const idle = rows.filter(
    ({ service, running: one }) => one === undefined && (after === undefined || service > after),
  );
  const under = listOf([...releaseItems(releases), ...runningItems(others, stage)]);
  const asking = [...troubleItems(troubles, stage), ...runningItems(waiting, stage)];
  const needs = asking.length === 0 ? html`<p>Nothing waits for a person.</p>` : listOf(asking);
  const content = () =>
    html`${navigation(visitor, './')}
      <h1>${counted(rows.length, 'service')} in ${stage}</h1>
      ${livePart(
        'needs',
        html`<h2>Needs a person</h2>
          ${needs}`,
      )}
      ${livePart(
        'running',
        under.text === ''
          ? html``
          : html`<h2>Under way</h2>
              ${under}`,
      )}
      ${livePart('idle', idleSection(idle, mostBytes - needs.text.length - under.text.length))}`;
  return livePage(200, `Services in ${stage}`, content, '');
}

/** Incidents and emergencies come first: users are hit. */
function troubleItems(troubles: readonly Trouble[], stage: string): readonly Markup[] {
  const items = troubles.slice(0, mostRunning).map(
    ({ service, incident, emergency, unread }) =>
      html`<li>
        <a href="services/${service}${incident === undefined ? '' : '?show=incident'}"><b>${service}</b></a>
        <span class="fail"
          >${[
            ...(incident === undefined ? [] : [incidentText(incident)]),
            ...(emergency === undefined ? [] : ['EMERGENCY: no side can serve']),
            ...(unread === undefined ? [] : ['its incident or emergency cannot be read']),
          ].join('; ')}</span
        >: ${plain((incident ?? emergency)?.reason ?? unread ?? '', 80)}
      </li>`,
  );
  const more = troubles.length - items.length;
  return more > 0 ? [...items, moreItem(more, stage)] : items;
}

function incidentText({ number, level, commander }: NonNullable<Trouble['incident']>): string {
  return `incident ${String(number)}, ${level}, ${commander === undefined ? 'nobody commands it' : `commanded by ${plain(commander.by, 40)}`}`;
}

/** A release comes before its members. */
function releaseItems(releases: readonly ReleaseState[]): readonly Markup[] {
  return releases.slice(0, mostRunning).map(({ releaseId, members, failure }) => {
    const done = members.filter(({ standing }) => standing === 'serves' || standing === 'unchanged').length;
    return html`<li>
      <a href="?release=${releaseId}"><b>Release ${releaseId}</b></a>
      <span class="${failure === undefined ? '' : 'fail'}">${goingText(failure?.direction)}</span>: ${done} of
      ${counted(members.length, 'service')} on the new version
    </li>`;
  });
}

function moreItem(more: number, stage: string): Markup {
  return html`<li>and ${more} more: <code>sluice list --stage ${stage}</code></li>`;
}

function runningItems(rows: readonly ServiceRow[], stage: string): readonly Markup[] {
  const items = rows.slice(0, mostRunning).flatMap(({ service, live, running }) => {
    if (running === undefined) return [];
    const { rolloutId, image, text, step, steps, askedWeight, standing } = running;
    const where = step < 1 ? '' : `, step ${step} of ${steps} at ${askedWeight} %`;
    return [
      html`<li>
        <a href="rollouts/${rolloutId}"><b>${service}</b></a>
        <span
          class="${standing === 'emergency' || standing === 'drift' ? 'fail' : waitsForPerson(standing) ? 'hold' : ''}"
          >${`${text}${where}`}</span
        >: ${plain(short(live ?? 'not known'), 60)} → ${plain(short(image), 60)}
      </li>`,
    ];
  });
  const more = rows.length - items.length;
  return more > 0 ? [...items, moreItem(more, stage)] : items;
}

/** As short as can be: there may be a thousand of them. */
function idleSection(rows: readonly ServiceRow[], room: number): Markup {
  const items: Markup[] = [];
  let bytes = 0;
  let last: string | undefined;
  for (const { service, live, last: newest } of rows) {
    const failed =
      newest === undefined || newest.phase === 'succeeded'
        ? undefined
        : html` <i>${words[newest.phase] ?? newest.phase}</i>`;
    const item = html`<li>
      <a href="services/${service}">${service}</a> ${live === undefined ? '' : plain(short(live), 24)}${failed}
    </li>`;
    bytes += Buffer.byteLength(item.text);
    if (bytes > room) break;
    items.push(item);
    last = service;
  }
  const more = rows.length - items.length;
  if (rows.length === 0) return html``;
  return html`<h2>At rest</h2>
    <ul class="rows">
      ${items}
    </ul>
    ${more === 0 ? undefined : html`<p><a href="?after=${last ?? ''}">${more} more</a></p>`}`;
}

const words: Readonly<Record<string, string>> = { rolledBack: 'rolled back', rejected: 'rejected' };

function short(live: string): string {
  return live.startsWith('sha256:') ? live.slice(0, 19) : live;
}
