import type { Audience } from '../usecases/incident/draft-update.ts';
import { longestReason, longestSaid } from '../ports/incident-orders.ts';
import { incidentLevels } from '../specification/incident.ts';
import type { IncidentView } from '../view/incident-view.ts';
import { html, type Markup } from './html.ts';
import { listOf } from './rows.ts';

/** What the forms of an incident need besides the incident. */
export interface IncidentForms {
  /** The person of the spec who signed in. */
  readonly person: string;
  /** The people of the spec, whom it can be handed to. */
  readonly people: readonly string[];
  /** Goes back with what is posted. */
  readonly nonce: string;
  readonly drafts: Readonly<Record<Audience, string>> | undefined;
}

/** Returns what a person may do to an incident, each with what it does now: the first form is what it needs most. */
export function incidentForms(incident: IncidentView | undefined, forms: IncidentForms): Markup {
  const title = html`<h2 id="decide">Your part, ${forms.person}</h2>`;
  if (incident?.isOpen !== true) return html`${title} ${openForm(incident, forms)}`;
  const isLed = incident.commander !== undefined;
  const isOwn = incident.commander?.name === forms.person;
  return html`${title} ${isOwn ? undefined : takeForm(incident, forms, !isLed)} ${updateForm(incident, forms, isLed)}
  ${noteForm(incident, forms)} ${handForm(incident, forms)} ${closeForm(incident, forms)}`;
}

/** What the page showed: who sends it acts upon that, and upon nothing that came later. */
function seenOf({ number, reopened, commander, level }: IncidentView): string {
  return [number, reopened, commander?.nth ?? 0, level].join('.');
}

interface Field {
  readonly wanted: string;
  readonly button: string;
  readonly does: string;
  readonly looks: 'go' | 'stop' | 'wait';
  readonly isMain?: boolean;
}

function formOf(incident: IncidentView | undefined, { nonce }: IncidentForms, field: Field, inputs?: Markup): Markup {
  const { wanted, button, does, looks, isMain = false } = field;
  const seen =
    incident === undefined ? undefined : html`<input type="hidden" name="seen" value="${seenOf(incident)}" />`;
  return html`<form method="post" autocomplete="off">
    <input type="hidden" name="nonce" value="${nonce}" /> ${seen} ${inputs}
    <div class="choice ${looks}">
      <button
        type="submit"
        name="wanted"
        value="${wanted}"
        class="${isMain ? 'main' : 'other'}"
        aria-describedby="does-${wanted}"
      >
        ${button}
      </button>
      <p id="does-${wanted}">${does}</p>
    </div>
  </form>`;
}

/** What is needed less often: closed until it is asked for. */
function folded(summary: string, content: Markup): Markup {
  return html`<details>
    <summary>${summary}</summary>
    ${content}
  </details>`;
}

function textField(id: string, label: string, most: number): Markup {
  return html`<label for="${id}">${label}</label>
    <textarea id="${id}" name="text" maxlength="${most}" required></textarea>`;
}

/** A choice of levels. @param asItIs the level of an incident that keeps it where nothing is chosen */
function levelField(id: string, { chosen, asItIs }: { readonly chosen?: string; readonly asItIs?: string }): Markup {
  const kept = asItIs === undefined ? undefined : html`<option value="" selected>As it is (${asItIs})</option>`;
  const options = incidentLevels.map(
    (level) =>
      html`<option value="${level}" ${level === chosen ? html` selected` : undefined}>${levelTexts[level]}</option>`,
  );
  return html`<label for="${id}">Severity</label>
    <select id="${id}" name="level">
      ${kept} ${options}
    </select>`;
}

const levelTexts = {
  P0: 'P0: nobody is served',
  P1: 'P1: many users are hit',
  P2: 'P2: some users are hit',
  P3: 'P3: few users notice',
} as const;

function takeForm(incident: IncidentView, forms: IncidentForms, isMain: boolean): Markup {
  const { commander } = incident;
  const does =
    commander === undefined
      ? 'You lead it. The messages that ask for a commander end.'
      : `You lead it in place of ${commander.name}. Everyone who gets its messages is notified that you took it.`;
  return formOf(incident, forms, { wanted: 'take', button: 'Take command', does, looks: 'go', isMain });
}

function updateForm(incident: IncidentView, forms: IncidentForms, isMain: boolean): Markup {
  const { level, restoredAt } = incident;
  const served =
    restoredAt === undefined
      ? html`<label class="tick"><input type="checkbox" name="restored" value="yes" /> Users are served again</label>`
      : undefined;
  const drafts = forms.drafts === undefined ? undefined : folded('Drafts to copy', draftList(forms.drafts));
  return formOf(
    incident,
    forms,
    {
      wanted: 'update',
      button: 'Send the status update',
      does: 'Everybody who hears of the incident reads it, customers among them. The time until the next update begins anew.',
      looks: 'go',
      isMain,
    },
    html`${textField('update', 'Status update: how it stands, in words for people outside of the team', longestSaid)}
    ${drafts} ${levelField('update-level', { asItIs: level })} ${served}`,
  );
}

function draftList(drafts: Readonly<Record<Audience, string>>): Markup {
  return listOf(Object.entries(drafts).map(([audience, text]) => html`<li>For ${audience}: ${text}</li>`));
}

function noteForm(incident: IncidentView, forms: IncidentForms): Markup {
  const field = {
    wanted: 'note',
    button: 'Add to the timeline',
    does: 'It stands in the timeline. Nobody is paged.',
    looks: 'go',
  } as const;
  const inputs = html`${textField('note', 'What happened, or what was found out', longestSaid)}
    <label class="tick"
      ><input type="checkbox" name="followUp" value="yes" /> It has to be done after the incident</label
    >`;
  return folded('Note something', formOf(incident, forms, field, inputs));
}

function handForm(incident: IncidentView, forms: IncidentForms): Markup | undefined {
  const others = forms.people.filter((name) => name !== incident.commander?.name && name !== forms.person);
  if (others.length === 0) return undefined;
  const options = others.map((name) => html`<option value="${name}">${name}</option>`);
  const field = {
    wanted: 'hand',
    button: 'Hand over',
    does: 'They lead it from now on. Everyone who gets its messages is notified that you handed it over.',
    looks: 'wait',
  } as const;
  const inputs = html`<label for="to">Who commands it</label>
    <select id="to" name="to">
      ${options}
    </select>`;
  return folded('Hand it over', formOf(incident, forms, field, inputs));
}

function closeForm(incident: IncidentView, forms: IncidentForms): Markup {
  const field = {
    wanted: 'close',
    button: 'Close the incident',
    does: 'Its alerts are resolved and its reminders end. Nothing about the service changes. Within a day it can be opened again.',
    looks: 'stop',
  } as const;
  return folded(
    'Close it',
    formOf(
      incident,
      forms,
      field,
      textField('close', 'Why it is over; everyone who is notified reads it', longestReason),
    ),
  );
}

function openForm(incident: IncidentView | undefined, forms: IncidentForms): Markup {
  const again = incident === undefined ? '' : ' Within a day after its end the last one is opened again.';
  const field = {
    wanted: 'open',
    button: 'Open an incident',
    does: `P0 and P1 page people. The clocks start, and status updates are asked for. No traffic moves.${again}`,
    looks: 'stop',
  } as const;
  const inputs = html`${textField('open', 'What is wrong; everyone who is notified reads it', longestReason)}
  ${levelField('open-level', { chosen: 'P1' })}`;
  return folded('Open an incident', formOf(undefined, forms, field, inputs));
}
