import { shortText as short } from './short-text.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { IncidentClock, IncidentView, TimelineRow } from '../view/incident-view.ts';
import { formNonce } from './form-nonce.ts';
import { html, type Markup } from './html.ts';
import { type IncidentForms, incidentForms } from './incident-forms.ts';
import { livePage, type PageAnswer } from './page.ts';
import { livePart } from './rollout-sections.ts';
import { navigation } from './rollout-page.ts';
import { listOf, type Row, rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { timeElement } from './time-element.ts';
import { troubleSection } from './trouble-section.ts';
import type { ServiceTrouble } from '../view/read-incident.ts';

/** An incident, and who looks at it. */
export interface ShownIncident {
  readonly trouble: ServiceTrouble;
  /** `undefined` where the service never had one. */
  readonly incident: IncidentView | undefined;
  readonly timeline: { readonly lines: readonly TimelineRow[]; readonly more: number };
  readonly visitor: Session;
  readonly stage: string;
  /** What the visitor may do here themselves; `undefined` where they are no person of the spec. */
  readonly forms?: Omit<IncidentForms, 'nonce'> | undefined;
  /** Binds the forms to this visitor and page. */
  readonly formKey: string;
}

/** The page of a service's newest incident: who leads it, its times against their targets, what comes next, and what happened. */
export function incidentPage(shown: ShownIncident): PageAnswer {
  const { trouble, incident, timeline, visitor, stage, forms, formKey } = shown;
  const { service } = trouble;
  const title = titleOf(incident, service);
  const around = { service, stage };
  const content = (nonce: string) =>
    html`${navigation(visitor, '../', service)}
      <p class="where">${service} in ${stage}</p>
      <h1 id="head" data-live>${title}</h1>
      ${livePart('now', incident === undefined ? html`<p>Nothing is open.</p>` : stripOf(incident))}
      ${livePart('emergency', troubleSection({ ...trouble, incident: undefined }, stage))}
      ${livePart('actions', forms === undefined ? commandsOf(incident, around) : incidentForms(incident, { ...forms, nonce }))}
      ${incident === undefined ? undefined : incidentSections(incident, timeline, around)}`;
  return livePage(200, `${title} · ${service}`, content, forms === undefined ? '' : formNonce(formKey));
}

function titleOf(incident: IncidentView | undefined, service: string): string {
  if (incident === undefined) return `${service} has no incident, and never had one`;
  const { number, level, isOpen } = incident;
  return `Incident ${number}, ${level}: ${isOpen ? 'open' : 'closed'}`;
}

function incidentSections(incident: IncidentView, { lines, more }: ShownIncident['timeline'], around: Around): Markup {
  const { clocks, contacts, toldIn } = incident;
  return html`${livePart('clocks', clockSection(clocks))}
  ${livePart(
    'contacts',
    contacts.length === 0
      ? html``
      : html`<h2>Whom to call</h2>
          ${listOf(contacts.map((one) => html`<li>${short(one)}</li>`))}`,
  )}
  ${livePart('events', timelineSection(lines, more, toldIn, around))}`;
}

interface Around {
  readonly service: string;
  readonly stage: string;
}

/** The first thing that a person reads: who leads, whether users are served, what comes next. */
function stripOf(incident: IncidentView): Markup {
  const { level, isOpen, reason, commander, restoredAt, closed, next, openedAt, openedBy, reopened } = incident;
  const isServed = restoredAt !== undefined;
  const rows: readonly Row[] = [
    ['Why', html`${short(reason)}`],
    [
      'Users',
      restoredAt !== undefined
        ? html`served again since ${timeElement(restoredAt)}`
        : html`${isOpen ? 'hit, as far as is known' : 'it was not recorded when they were served again'}`,
    ],
    [
      'Commander',
      commander === undefined
        ? html`<b>${isOpen ? 'nobody yet' : 'nobody'}</b>`
        : html`${short(commander.by)}, since ${timeElement(commander.at)}`,
    ],
    ...(next === undefined ? [] : [['Next', html`${next.text}: ${timeElement(next.at)}`] as const]),
    [reopened === 0 ? 'Opened' : 'Opened again', html`${timeElement(openedAt)} by ${short(openedBy)}`],
    ...(closed === undefined
      ? []
      : [['Closed', html`${timeElement(closed.at)} by ${short(closed.by)}: ${short(closed.reason)}`] as const]),
  ];
  const status = isOpen
    ? `${level}: ${commander === undefined ? 'nobody commands it' : 'commanded'}, ${isServed ? 'users are served again' : 'users are hit'}`
    : 'closed';
  return html`<div class="strip ${isOpen ? (isServed ? 'neutral' : 'bad') : 'good'}">
    <p class="standing" aria-live="polite">${status}</p>
    ${rowsOf(rows)}
  </div>`;
}

const standings: Readonly<Record<IncidentClock['standing'], readonly [word: string, colour: string]>> = {
  met: ['in time', 'pass'],
  missed: ['too late', 'fail'],
  running: ['not due yet', ''],
  late: ['late', 'fail'],
  never: ['not recorded', 'hold'],
};

/** A list, not a table: on a phone each time stands whole below its name. */
function clockSection(clocks: readonly IncidentClock[]): Markup {
  const rows = clocks.map(({ name, targetSeconds, by, doneAt, standing }): Row => {
    const [word, colour] = standings[standing];
    return [
      name,
      html`<b class="${colour}">${word}</b>${doneAt === undefined ? undefined : html`, at ${timeElement(doneAt)}`};
        within ${formatDuration(targetSeconds)}, by ${timeElement(by)}`,
    ];
  });
  return html`<h2>Times against their targets</h2>
    ${rowsOf(rows)}`;
}

function timelineSection(
  lines: readonly TimelineRow[],
  more: number,
  toldIn: string,
  { service, stage }: Around,
): Markup {
  const items = lines.map(
    ({ at, severity, text, rolloutId }) =>
      html`<li class="${severity}">
        ${timeElement(at)} ${severity === 'info' ? undefined : html`<b>${severity}</b> `}${short(text)}
        ${rolloutId === toldIn ? undefined : html`(<a href="../rollouts/${rolloutId}">${rolloutId}</a>)`}
      </li>`,
  );
  return html`<h2>Timeline, newest first</h2>
    <ul class="events">
      ${items}
    </ul>
    ${more === 0 ? undefined : html`<p>${more} earlier ${more === 1 ? 'line is' : 'lines are'} left out here.</p>`}
    <p>
      All of it, with times and impact: <code>sluice incident report ${service} --stage ${stage}</code>. It is kept in
      the record of <a href="../rollouts/${toldIn}">${toldIn}</a>.
    </p>`;
}

/** What each action does now, beside the command for it, for those who have the command line alone. */
function commandsOf(incident: IncidentView | undefined, around: Around): Markup {
  return incident === undefined ? openIt(around) : actionsOf(incident, around);
}

function actionsOf({ isOpen, commander, number }: IncidentView, { service, stage }: Around): Markup {
  const run = (verb: string, more = '') => `sluice incident ${verb} ${service} --stage ${stage}${more}`;
  const open: readonly (readonly [string, string])[] = [
    commander === undefined
      ? [run('take'), 'You lead it. The messages that ask for a commander end.']
      : [run('take'), 'You lead it in their place. Everyone who gets its messages is notified that you took it.'],
    [run('update', ' --text "…"'), 'Your words go out as a status update. The time until the next one begins anew.'],
    [run('note', " '…'"), 'It stands in the timeline; nobody is paged.'],
    [run('close', ' --reason "…"'), 'Alerts are resolved and reminders end. Nothing about the service changes.'],
  ];
  const closed: readonly (readonly [string, string])[] = [
    [run('report', ` --number ${String(number)} --html`), 'Prints the report for the review. Nothing changes.'],
    [
      run('open', ' --severity P1 --reason "…"'),
      'Opens it again within a day after its end, later a new one; people are paged.',
    ],
  ];
  return html`<h2>What each action does now</h2>
    ${commandList(isOpen ? open : closed)}`;
}

function openIt({ service, stage }: Around): Markup {
  const command = `sluice incident open ${service} --stage ${stage} --severity P1 --reason "…"`;
  return html`<h2>What each action does now</h2>
    ${commandList([[command, 'Pages people, starts the clocks and asks for status updates. No traffic moves.']])}`;
}

function commandList(commands: readonly (readonly [string, string])[]): Markup {
  return listOf(commands.map(([command, effect]) => html`<li><code>${command}</code><br />${effect}</li>`));
}
