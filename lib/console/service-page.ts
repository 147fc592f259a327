import { plain } from '../messages/plain.ts';
import type { ServiceTrouble } from '../view/read-incident.ts';
import type { HistoryRow, ServiceView, SpecVersionRow } from '../view/service-view.ts';
import { leftText } from './decision-text.ts';
import { html, type Markup } from './html.ts';
import { livePage, type PageAnswer } from './page.ts';
import { livePart } from './rollout-sections.ts';
import { navigation } from './rollout-page.ts';
import { listOf } from './rows.ts';
import type { Session } from './session.ts';
import { timeElement } from './time-element.ts';
import { troubleSection } from './trouble-section.ts';

/** Longer texts of the record are cut. */
const longest = 160;
/** Changed fields of a version that are shown. */
const mostChanges = 12;

/** The page of a service: what hurts its users now, its rollouts with outcomes and durations, the versions of its spec, and what is kept until when. */
export function servicePage(view: ServiceView, trouble: ServiceTrouble, visitor: Session, stage: string): PageAnswer {
  const { service, history, versions, kept } = view;
  const content = () =>
    html`${navigation(visitor, '../')}
      <p class="where">${stage}</p>
      <h1>${service}</h1>
      ${livePart('trouble', troubleSection(trouble, stage))} ${livePart('kept', keptSection(kept))}
      ${livePart('history', historySection(history))} ${livePart('specs', specSection(versions, service, stage))}`;
  return livePage(200, `${service} in ${stage}`, content, '');
}

function keptSection(kept: ServiceView['kept']): Markup {
  if (kept === undefined)
    return html`<p>No former version is kept: the rollback is a rollout of an earlier version.</p>`;
  return html`<p>
    The former version is kept in slot ${kept.slot} until ${timeElement(kept.keptUntil)} (<a
      href="../rollouts/${kept.rolloutId}"
      >${kept.rolloutId}</a
    >).
  </p>`;
}

function historySection(history: readonly HistoryRow[]): Markup {
  if (history.length === 0)
    return html`<h2>Rollouts</h2>
      <p>There was none yet.</p>`;
  const rows = history.map(
    ({ rolloutId, image, standing, text, openedAt, closedAt, requestedBy, reason }) =>
      html`<tr>
        <td><a href="../rollouts/${rolloutId}">${plain(image, 60)}</a></td>
        <td class="${colours[standing] ?? ''}">${text}</td>
        <td>${timeElement(openedAt)}</td>
        <td>${closedAt === undefined ? '' : leftText(closedAt, new Date(openedAt))}</td>
        <td>${plain(requestedBy, 60)}</td>
        <td>${plain(reason ?? '', longest)}</td>
      </tr>`,
  );
  return html`<h2>Rollouts</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Rollouts">
      <table>
        <thead>
          <tr>
            <th scope="col">image</th>
            <th scope="col">outcome</th>
            <th scope="col">opened</th>
            <th scope="col">took</th>
            <th scope="col">requester</th>
            <th scope="col">reason</th>
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>`;
}

const colours: Readonly<Partial<Record<HistoryRow['standing'], string>>> = {
  succeeded: 'pass',
  rolledBack: 'fail',
  rejected: 'hold',
  emergency: 'fail',
  rollingBack: 'fail',
  drift: 'fail',
};

function specSection(versions: readonly SpecVersionRow[], service: string, stage: string): Markup {
  const items = versions.map(({ version, appliedBy, appliedAt, changes }) => {
    const shown = changes.slice(0, mostChanges).map((change) => html`<li>${changedLine(plain(change, longest))}</li>`);
    const more = changes.length - shown.length;
    return html`<li>
      <b>Version ${version}</b>, applied by ${plain(appliedBy, 60)} at ${timeElement(appliedAt)}
      ${listOf([...shown, ...(more > 0 ? [html`<li>and ${more} more</li>`] : [])])}
    </li>`;
  });
  return html`<h2>Spec versions, with what each changed</h2>
    ${listOf(items)}
    <p>All of them: <code>sluice history ${service} --stage ${stage}</code></p>`;
}

function changedLine(line: string): Markup {
  if (line.startsWith('+')) return html`<ins>${line}</ins>`;
  return line.startsWith('-') ? html`<del>${line}</del>` : html`${line}`;
}
