import { shortText as short } from './short-text.ts';
import { emergencyFacts } from '../view/incident-view.ts';
import type { ServiceTrouble } from '../view/read-incident.ts';
import { html, type Markup } from './html.ts';
import { type Row, rowsOf } from './rows.ts';
import { timeElement } from './time-element.ts';

/**
 * Returns what hurts users of a service now: its open incident, its emergency, the maintenance page; empty where nothing does.
 * @param root the way to the pages of services; from another kind of page an incident that is closed is not named
 */
export function troubleSection(
  trouble: Omit<ServiceTrouble, 'rollouts' | 'inForce'>,
  stage: string,
  root: '' | '../services/' = '',
): Markup {
  const isOver = trouble.incident?.standing !== 'open' && root !== '';
  const parts = [
    isOver ? undefined : incidentNote(trouble, root),
    emergencyNote(trouble, stage),
    pageNote(trouble, stage),
  ];
  return html`${parts.flatMap((part) => part ?? [])}`;
}

function incidentNote(
  { incident, service }: Pick<ServiceTrouble, 'incident' | 'service'>,
  root: string,
): Markup | undefined {
  if (incident === undefined) return undefined;
  const { number, level, reason, standing, commander } = incident;
  if (standing !== 'open')
    return html`<p><a href="${root}${service}?show=incident">Incident ${number}, the newest one</a>, is closed.</p>`;
  return html`<div class="note bad">
    <p>
      <a href="${root}${service}?show=incident"><b>Incident ${number}, ${level}, is open</b></a
      >: ${short(reason)}
    </p>
    <p>${commander === undefined ? 'Nobody commands it.' : `${short(commander.by)} commands it.`}</p>
  </div>`;
}

function emergencyNote({ emergency, service }: Pick<ServiceTrouble, 'emergency' | 'service'>, stage: string) {
  if (emergency?.standing !== 'wanted') return undefined;
  const rows = emergencyFacts(emergency).map(({ name, text, at }): Row => [
    name,
    html`${at === undefined ? undefined : html`${timeElement(at)} `}${short(text)}`,
  ]);
  return html`<h2>Emergency</h2>
    <div class="note bad">
      ${rowsOf(rows)}
      <p>
        To end it: <code>sluice emergency end ${service} --stage ${stage} --reason "…"</code>. A rollout that it started
        and a page that is up stay as they are.
      </p>
    </div>`;
}

function pageNote({ pageSince, service }: Pick<ServiceTrouble, 'pageSince' | 'service'>, stage: string) {
  if (pageSince === undefined) return undefined;
  return html`<div class="note">
    <p>
      Users get the maintenance page; it was ordered at ${timeElement(pageSince)}. To end it:
      <code>sluice maintenance off ${service} --stage ${stage} --reason "…"</code>
    </p>
  </div>`;
}
