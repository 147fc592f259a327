import { plain } from '../messages/plain.ts';
import type { ServiceRow } from '../view/service-row.ts';
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

/**
 * The page of all services: what needs a person on top, then what runs, then the rest.
 * @param after the name after which the list of the rest begins
 */
export function servicesPage(
  rows: readonly ServiceRow[],
  visitor: Session,
  stage: string,
  after: string | undefined,
): PageAnswer {
  const running = rows.filter(({ running: one }) => one !== undefined);
  const waiting = running.filter(({ running: one }) => one !== undefined && waitsForPerson(one.standing));
  const others = running.filter((row) => !waiting.includes(row));
  const idle = rows.filter(
    ({ service, running: one }) => one === undefined && (after === undefined || service > after),
  );
  const under = listOf(runningItems(others));
  const needs = waiting.length === 0 ? html`<p>No rollout waits for a person.</p>` : listOf(runningItems(waiting));
  const content = () =>
    html`${navigation(visitor, './')}
      <h1>${rows.length} ${rows.length === 1 ? 'service' : 'services'} in ${stage}</h1>
      ${livePart(
        'needs',
        html`<h2>Needs a person</h2>
          ${needs}`,
      )}
      ${livePart(
        'running',
        others.length === 0
          ? html``
          : html`<h2>Under way</h2>
              ${listOf(runningItems(others))}`,
      )}
      ${livePart('idle', idleSection(idle, mostBytes - needs.text.length - under.text.length))}`;
  return livePage(200, `Services in ${stage}`, content, '');
}

function runningItems(rows: readonly ServiceRow[]): readonly Markup[] {
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
  return more > 0 ? [...items, html`<li>and ${more} more: sluice list</li>`] : items;
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
