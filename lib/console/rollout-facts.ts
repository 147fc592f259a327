import type { CheckResult } from '../rollout/event-shapes.ts';
import type { ApprovalsView, NotifiedView } from '../view/people-view.ts';
import type { EventView, RolloutView } from '../view/rollout-view.ts';
import type { SideView } from '../view/side-view.ts';
import { counted } from '../specification/text/counted.ts';
import { plain } from '../messages/plain.ts';
import { html, type Markup } from './html.ts';
import { timeElement } from './time-element.ts';
import { listOf, type Row, rowsOf } from './rows.ts';

/** Events that are shown; the command line has them all. */
const mostEvents = 30;
/** Longer texts of the record are cut: the page stays light, and the command line has them whole. */
const longest = 240;

const short = (text: string) => plain(text, longest);

/** Returns what changes: versions, the requester and why, and what green gets otherwise. */
export function changeSection({ change, who, goesBackBecause }: RolloutView): Markup {
  const { from, fromDigest, to, toDigest, configuration, base, blueTaskDefinition, isSameImage } = change;
  const rows: readonly Row[] = [
    [
      'New (green)',
      html`<strong>${short(to)}</strong> <code>${toDigest}</code> ${isSameImage ? '(the same image)' : ''}`,
    ],
    [
      'Old (blue)',
      html`<strong>${short(from ?? 'tag not known')}</strong> <code>${fromDigest ?? 'digest not known'}</code>`,
    ],
    ['Requested by', html`${short(who.requestedBy)}, at ${timeElement(who.openedAt)}`],
    ['Why', html`${short(goesBackBecause ?? who.why ?? 'no reason was given')}`],
    ['Spec', html`version ${who.specVersion}`],
    ...(base === undefined
      ? []
      : [
          [
            'Task definition',
            html`a copy of ${short(base)}; the old version runs ${short(blueTaskDefinition)}`,
          ] as const,
        ]),
  ];
  const settings = configuration.map((line) => html`<li>${short(line)}</li>`);
  return html`<h2>What changes</h2>
    ${rowsOf(rows)}${
      settings.length === 0 ? html`<p>Its settings are those of the old version.</p>` : listOf(settings)
    }`;
}

/** Returns tasks and targets of both sides, with the tasks that stopped. */
export function sidesSection(sides: readonly SideView[]): Markup {
  return html`<h2>Tasks</h2>
    ${sides.map(sideBox)}`;
}

function sideBox({ role, slot, service, running, wanted, healthy, targets, stopped, unknown }: SideView): Markup {
  const tasks = running === undefined ? 'not known' : `${running} of ${wanted ?? '?'} running`;
  const health = healthy === undefined ? 'not known' : `${healthy} of ${targets ?? '?'} healthy`;
  return html`<p><b>${role}</b> (slot ${slot}, ${short(service)}): tasks ${tasks}, targets ${health}.</p>
    ${listOf([
      ...unknown.map((why) => html`<li>Could not be read: ${short(why)}</li>`),
      ...stopped.map(
        ({ task, at, reason }) =>
          html`<li class="fail">
            Task ${task.slice(0, 12)} stopped ${at === undefined ? undefined : html`at ${timeElement(at)}`}:
            ${short(reason)}
          </li>`,
      ),
    ])}`;
}

/** Returns what each pre-check saw; those that did not pass are open. */
export function checksSection(checks: readonly CheckResult[]): Markup {
  if (checks.length === 0)
    return html`<h2>Pre-checks</h2>
      <p>None has run.</p>`;
  const passed = checks.filter((check) => check.passed);
  const others = checks.filter((check) => !check.passed);
  const quiet = html`<details>
    <summary>Those that passed</summary>
    ${listOf(passed.map(checkItem))}
  </details>`;
  return html`<h2>Pre-checks</h2>
    <p>${passed.length} of ${checks.length} passed.</p>
    ${listOf(others.map(checkItem))} ${passed.length === 0 ? undefined : quiet}`;
}

function checkItem({ name, passed, result, saw, expected, fix, waived }: CheckResult): Markup {
  const words = [
    `Saw: ${short(saw)}. Expected: ${short(expected)}.`,
    ...(fix === undefined ? [] : [`To fix: ${short(fix)}.`]),
    ...(waived === undefined ? [] : [`Waived by ${waived.by} until ${waived.until}: ${short(waived.reason)}.`]),
  ];
  return html`<li>
    <b>${short(name)}: <span class="${passed ? 'pass' : 'fail'}">${result ?? (passed ? 'passed' : 'failed')}</span></b>
    ${words.join(' ')}
  </li>`;
}

/** Returns who has approved and who is missing. */
export function approvalsSection(approvals: ApprovalsView | undefined): Markup {
  if (approvals === undefined) return html``;
  const { needed, given, open, why, until, isGranted } = approvals;
  const rows: readonly Row[] = [
    ['Needed', html`${short(needed.join(', '))}`],
    ['Given', html`${short(given.join('; ')) || 'none yet'}`],
    ...(isGranted
      ? []
      : [['Missing', html`${short(open === '' ? why : `${open}${why === '' ? '' : `; ${why}`}`)}`] as const]),
    ...(until === undefined || isGranted ? [] : [['Until', timeElement(until)] as const]),
  ];
  return html`<h2>Approvals</h2>
    ${rowsOf(rows)}`;
}

/** Returns what people were notified of, and what stays open. */
export function notifiedSection({ announced, waiting, last, open }: NotifiedView): Markup {
  const late = waiting === 0 ? '' : ` ${waiting} not sent yet.`;
  const items = open.map(
    ({ text, since, severity, takenBy }) =>
      html`<li class="${severity === 'critical' ? 'fail' : 'hold'}">
        Open: ${short(text)}, since ${timeElement(since)},
        ${takenBy === undefined ? 'not acknowledged' : `acknowledged by ${short(takenBy)}`}
      </li>`,
  );
  const newest = last && html`<p>The last one, at ${timeElement(last.at)}: ${short(last.text)}</p>`;
  return html`<h2>Messages</h2>
    <p>${`${counted(announced, 'message')} about the newest events sent.${late}`}</p>
    ${newest} ${listOf(items)}`;
}

/** Returns what others changed; empty without drift. */
export function driftSection({ drift }: RolloutView): Markup {
  if (drift === undefined) return html``;
  const { since, changes, who } = drift;
  return html`<h2>Drift: others changed what the rollout works on</h2>
    <p>
      ${since === undefined ? undefined : html`Since ${timeElement(since)}.`}
      ${who === undefined ? 'It is not known who.' : `By ${short(who)}.`}
    </p>
    ${listOf(changes.slice(0, 20).map((change) => html`<li>${short(change)}</li>`))}`;
}

/** Returns the newest events with their reasons, newest first. */
export function eventsSection(events: readonly EventView[], rolloutId: string, stage: string): Markup {
  const items = events
    .slice(-mostEvents)
    .toReversed()
    .map(
      ({ at, severity, text }) =>
        html`<li class="${severity}">
          ${timeElement(at)} ${severity === 'info' ? undefined : html`<b>${severity}</b> `}${short(text)}
        </li>`,
    );
  return html`<h2>Events</h2>
    <ul class="events">
      ${items}
    </ul>
    <p>All of them: <code>sluice get ${rolloutId} --stage ${stage}</code></p>`;
}
