import { formatDuration } from '../specification/quantity.ts';
import type { ReportDocument, Section } from './document.ts';
import { tableOr } from './document.ts';
import type { IncidentReport, IncidentSpan } from './incident-report.ts';

const names: Readonly<Record<IncidentSpan['name'], string>> = {
  detect: 'To detect it',
  acknowledge: 'To acknowledge it',
  restore: 'To serve users again',
  resolve: 'To resolve it',
};

/** Returns the report of an incident as a document. */
export function incidentDocument(report: IncidentReport): ReportDocument {
  const { service, stage, number, level, reason, standing, followUps } = report;
  return {
    title: `Incident ${String(number)} of ${service} in ${stage}, ${level}`,
    summary: `${standing === 'open' ? 'It is open' : 'It is closed'}: ${reason}`,
    sections: [
      peopleOf(report),
      timesOf(report),
      impactOf(report),
      timelineOf(report),
      { heading: 'Follow-ups', blocks: [{ kind: 'checklist', items: followUps }] },
    ],
  };
}

function peopleOf({ openedBy, commanders, closedBy, closedBecause, reopened }: IncidentReport): Section {
  const led = commanders.map(({ by, at }) => `${by} from ${at}`).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['Opened by', openedBy],
    ['Commanded by', led === '' ? 'nobody' : led],
    ...(reopened === 0 ? [] : [['Opened again', timesText(reopened)] as const]),
    ['Closed by', closedBy === undefined ? 'it is open' : `${closedBy}: ${closedBecause ?? ''}`],
  ];
  return { heading: 'People', blocks: [{ kind: 'facts', rows }] };
}

function timesText(count: number): string {
  return count === 1 ? 'once' : `${String(count)} times`;
}

function timesOf({ spans }: IncidentReport): Section {
  const rows = spans.map(({ name, from, to, seconds, targetSeconds, isMet }) => [
    names[name],
    seconds === undefined ? 'not yet' : formatDuration(seconds),
    targetSeconds === undefined ? '–' : formatDuration(targetSeconds),
    isMet === undefined ? '–' : isMet ? 'met' : 'missed',
    `${from} to ${to ?? 'now'}`,
  ]);
  return { heading: 'Times', blocks: [tableOr('', ['span', 'took', 'target', 'target is', 'from and to'], rows)] };
}

function impactOf({ beganAt, impact }: IncidentReport): Section {
  const { minutes, requests } = impact;
  const { green, greenErrors, blue, blueErrors } = requests;
  const counted = (total: number | undefined, errors: number | undefined) =>
    total === undefined ? 'not counted: no gate looked' : `${String(errors ?? 0)} of ${String(total)}`;
  return {
    heading: 'Impact',
    blocks: [
      {
        kind: 'facts',
        rows: [
          ['Users were hit from', beganAt],
          ['For', minutes === undefined ? 'it is not known that users are served again' : `${String(minutes)} min`],
          ['Failed requests of green', counted(green, greenErrors)],
          ['Failed requests of blue', counted(blue, blueErrors)],
        ],
      },
    ],
  };
}

function timelineOf({ timeline }: IncidentReport): Section {
  const rows = timeline.map(({ at, text, rolloutId }) => [at, text, rolloutId]);
  return { heading: 'Timeline', blocks: [tableOr('Nothing was recorded.', ['at', 'what', 'in the record of'], rows)] };
}
