import type { ApprovalsView, NotifiedView } from '../../view/people-view.ts';
import type { EventView, RolloutView } from '../../view/rollout-view.ts';
import type { SideView } from '../../view/side-view.ts';
import type { Line, Style } from '../terminal/line.ts';
import { counted } from '../../specification/text/counted.ts';
import { localTime } from '../terminal/readable.ts';
import { type FrameLayout, labelled, type Section, whenText } from './frame-rows.ts';

const newestShown = 5;

/** Returns what stands behind the strip: tasks, drift, people, checks, what changes, who and why, what happened. */
export function factSections(view: RolloutView, layout: FrameLayout): readonly Section[] {
  const { sides, checks, approvals, notified, events } = view;
  const failed = checks.filter(({ passed }) => !passed);
  const passed = checks.length - failed.length;
  return [
    { rank: 4, lines: driftLines(view, layout) },
    { rank: 5, lines: sides.flatMap((side) => sideLines(side, layout)) },
    { rank: 6, lines: approvals === undefined ? [] : approvalLines(approvals, layout) },
    {
      rank: 9,
      lines: [
        ...(checks.length === 0 ? [] : labelled('checks', `${passed} of ${checks.length} passed`, layout)),
        ...failed.flatMap(({ name, saw, expected }) =>
          labelled('', `${name} failed: saw ${saw}, expected ${expected}`, layout, 'red'),
        ),
      ],
    },
    { rank: 10, lines: notifiedLines(notified, layout) },
    { rank: 8, lines: configurationLines(view, layout) },
    { rank: 7, lines: whoLines(view, layout) },
    { rank: 11, lines: eventLines(events.slice(-newestShown), layout) },
  ];
}

/** Returns transitions: when, what, and by its colour how grave. A frame that is drawn over has one line for each. */
function eventLines(events: readonly EventView[], layout: FrameLayout): readonly Line[] {
  const linesEach = layout.linesEach === Number.POSITIVE_INFINITY ? layout.linesEach : 1;
  return events.flatMap(({ at, severity, text }, index) =>
    labelled(
      index === 0 ? 'events' : '',
      `${localTime(at, layout.timeZone).slice(11, 19)}  ${text}`,
      { ...layout, linesEach },
      severityLook(severity),
    ),
  );
}

function severityLook(severity: string): Style | undefined {
  if (severity === 'critical') return 'red';
  return severity === 'warning' ? 'yellow' : undefined;
}

function sideLines({ role, slot, service, running, wanted, healthy, targets, ...side }: SideView, layout: FrameLayout) {
  const tasks = running === undefined ? 'tasks not known' : `${running} of ${counted(wanted ?? 0, 'task')} running`;
  const health =
    healthy === undefined ? 'targets not known' : `${healthy} of ${counted(targets ?? 0, 'target')} healthy`;
  const isBad = (healthy === 0 && (wanted ?? 0) > 0) || side.unknown.length > 0;
  return [
    ...labelled(
      role === 'blue' ? 'tasks' : '',
      `${role} (slot ${slot}, ${service}): ${tasks}, ${health}`,
      layout,
      isBad ? 'yellow' : undefined,
    ),
    ...side.unknown.flatMap((why) => labelled('', `could not be read: ${why}`, layout, 'yellow')),
    ...side.stopped.flatMap(({ task, at, reason }) =>
      labelled(
        '',
        `stopped ${task.slice(0, 12)}${at === undefined ? '' : ` ${whenText(at, layout)}`}: ${reason}`,
        layout,
        'red',
      ),
    ),
  ];
}

function driftLines({ drift }: RolloutView, layout: FrameLayout): readonly Line[] {
  if (drift === undefined) return [];
  const { since, changes, who } = drift;
  const head = `others changed what it works on${since === undefined ? '' : ` since ${since}`}${who === undefined ? '' : `, by ${who}`}`;
  return [head, ...changes].flatMap((text, index) => labelled(index === 0 ? 'drift' : '', text, layout, 'red'));
}

function approvalLines({ given, open, why, isGranted, needed }: ApprovalsView, layout: FrameLayout): readonly Line[] {
  const who = given.length === 0 ? 'none yet' : given.join('; ');
  const missing = isGranted ? '' : `; missing: ${open === '' ? 'the requester has to be known' : open}`;
  const because = why === '' || isGranted ? '' : `; ${why}`;
  return labelled('approved', `${who} (needed: ${needed.join(', ')}${missing}${because})`, layout);
}

function notifiedLines({ announced, waiting, last, open }: NotifiedView, layout: FrameLayout): readonly Line[] {
  const newest = last === undefined ? '' : `, the last one ${whenText(last.at, layout)}`;
  const late = waiting === 0 ? '' : `; ${waiting} not sent yet`;
  return [
    ...labelled('notified', `${counted(announced, 'message')}${newest}${late}`, layout),
    ...open.flatMap(({ text, since, severity, takenBy }) => {
      const taken = takenBy === undefined ? 'not acknowledged' : `acknowledged by ${takenBy}`;
      return labelled('', `open: ${text}, since ${whenText(since, layout)}, ${taken}`, layout, severityLook(severity));
    }),
  ];
}

function configurationLines({ change, drained, closedAsItIs }: RolloutView, layout: FrameLayout): readonly Line[] {
  const { base, configuration, toDigest } = change;
  return [
    ...labelled('image', toDigest, layout),
    ...(base === undefined ? [] : labelled('base', base, layout)),
    ...configuration.flatMap((line, index) => labelled(index === 0 ? 'config' : '', line, layout)),
    ...(drained === undefined ? [] : labelled('drained', drained, layout)),
    ...(closedAsItIs === undefined ? [] : labelled('as it is', closedAsItIs, layout)),
  ];
}

function whoLines({ who, goesBackBecause }: RolloutView, layout: FrameLayout): readonly Line[] {
  const { requestedBy, why, specVersion, openedAt, closedAt } = who;
  const reason = goesBackBecause ?? why;
  return [
    ...labelled('opened', `${openedAt} by ${requestedBy}, with spec version ${specVersion}`, layout),
    ...(reason === undefined ? [] : labelled(goesBackBecause === undefined ? 'why' : 'rollback', reason, layout)),
    ...(closedAt === undefined ? [] : labelled('closed', closedAt, layout)),
  ];
}
