import { significant } from '../analysis/strength-text.ts';
import { formatDuration } from '../specification/quantity.ts';
import { type Block, listOr, type ReportDocument, type Section, tableOr } from './document.ts';
import type { ReportCheck, ReportMessage, RolloutReport } from './report.ts';

const none = '–';

/** Returns a report as a document, with the headings of a launch record. */
export function reportDocument(report: RolloutReport): ReportDocument {
  const { service, version, stage, result, rolloutId } = report;
  return {
    title: `${service}: ${version.to} in ${stage}`,
    summary: `${result.text === '' ? 'running' : result.text}${result.reason === undefined ? '' : `: ${result.reason}`} (${rolloutId})`,
    sections: [
      versionOf(report),
      timeOf(report),
      { heading: 'Owner', blocks: [facts(['Requested by', report.owner.requestedBy], ['Why', report.owner.why])] },
      participantsSection(report),
      { heading: 'Content', blocks: [{ kind: 'list', items: report.content }] },
      checksSection(report),
      stepsSection(report),
      decisionsSection(report),
      messagesSection(report),
      resultSection(report),
      problemsSection(report),
      { heading: 'Follow-ups', blocks: [listOr('Nothing is left to do.', report.followUps)] },
      costSection(report),
    ],
  };
}

function versionOf({ rolloutId, version }: RolloutReport): Section {
  const { from, fromDigest, to, toDigest, specVersion, goesBackBecause, drill } = version;
  return {
    heading: 'Version',
    blocks: [
      facts(
        ['Rollout', rolloutId],
        ['From', from ?? 'a version that the record has no name of'],
        ['Digest of it', fromDigest ?? 'not known'],
        ['To', to],
        ['Digest of that', toDigest],
        ['Judged by', `version ${specVersion} of the spec`],
        ['Goes back because', goesBackBecause],
        ['Drill', drill],
      ),
    ],
  };
}

function timeOf({ times, madeAt }: RolloutReport): Section {
  const { seconds, approvalSeconds, restoreSeconds } = times;
  return {
    heading: 'Time',
    blocks: [
      facts(
        ['Image pushed', timeText(times.pushedAt)],
        ['Opened', timeText(times.openedAt)],
        ['Approval asked for', timeText(times.approvalAskedAt)],
        ['Approved', timeText(times.approvedAt)],
        ['First traffic to green', timeText(times.firstTrafficAt) ?? 'green got none'],
        ['Decision to go back', timeText(times.rollbackAt)],
        ['All traffic on blue again', timeText(times.restoredAt)],
        ['Ended', timeText(times.closedAt) ?? `not yet, as of ${timeText(madeAt)}`],
        ['Whole time', durationText(seconds)],
        ['Waited for approval', durationText(approvalSeconds)],
        ['From the decision to go back until traffic was back', durationText(restoreSeconds)],
      ),
    ],
  };
}

function participantsSection({ participants }: RolloutReport): Section {
  const rows = participants.map(({ name, roles, did }) => [name, roles.join(', ') || none, did.join(', ')]);
  return { heading: 'Participants', blocks: [tableOr('None is recorded.', ['Who', 'Roles', 'Part'], rows)] };
}

function checksSection({ checks }: RolloutReport): Section {
  const rows = checks.map(({ name, at, saw, expected, ...found }) => [
    name,
    outcomeOf(found),
    saw,
    expected,
    timeText(at),
  ]);
  return {
    heading: 'Checks',
    blocks: [tableOr('No check has ended.', ['Check', 'Result', 'Saw', 'Expected', 'When'], rows)],
  };
}

function outcomeOf({ passed, result, waived }: Pick<ReportCheck, 'passed' | 'result' | 'waived'>): string {
  if (waived !== undefined) return `waived by ${waived.by} until ${waived.until}: ${waived.reason}`;
  return result ?? (passed ? 'passed' : 'failed');
}

const stepTexts = { passed: 'passed', now: 'under way', failed: 'failed', ahead: 'not reached', skipped: 'left out' };

function stepsSection({ steps, gates, weights, times }: RolloutReport): Section {
  const rows = steps.map(({ number, weight, bakeSeconds, standing, startedAt, seconds, evaluations }) => [
    String(number),
    `${significant(weight)} %`,
    formatDuration(bakeSeconds),
    stepTexts[standing],
    timeText(startedAt) ?? none,
    durationText(seconds) ?? none,
    `${evaluations.pass} / ${evaluations.hold} / ${evaluations.fail}`,
  ]);
  const head = ['Step', 'Green gets', 'Bake', 'Result', 'Began', 'Took', 'Evaluations: pass / hold / fail'];
  return {
    heading: 'Steps and gates',
    blocks: [
      tableOr('The spec has no step.', head, rows),
      { kind: 'charts', of: { gates, weights, times } },
      ...steps.flatMap((step): readonly Block[] => {
        if (step.gates.length === 0) return [];
        const text = `Step ${step.number}, last evaluation: ${step.reason ?? ''}`;
        const gateHead = ['Gate', 'Result', 'Green', 'Blue', 'Limits', 'Evidence against green', 'Why'];
        return [
          { kind: 'text', text },
          { kind: 'table', head: gateHead, rows: step.gates.map(gateCells) },
        ];
      }),
    ],
  };
}

function gateCells(gate: RolloutReport['steps'][number]['gates'][number]): readonly string[] {
  const { gate: name, isAdvisory, outcome, green, blue, limits, evidence, reason } = gate;
  return [isAdvisory ? `${name} (advisory)` : name, outcome, green, blue, limits, evidence || none, reason];
}

function decisionsSection({ decisions }: RolloutReport): Section {
  const rows = decisions.map(({ at, by, text }) => [timeText(at), by, text]);
  return { heading: 'Decisions', blocks: [tableOr('No person decided anything.', ['When', 'Who', 'What'], rows)] };
}

function messagesSection({ messages }: RolloutReport): Section {
  const rows = messages.map((message) => [...messageCells(message), message.isAnnounced ? 'yes' : 'not yet']);
  const head = ['When', 'Severity', 'Message', 'Announced'];
  return { heading: 'Messages', blocks: [tableOr('There was none.', head, rows)] };
}

function problemsSection({ problems }: RolloutReport): Section {
  const head = ['When', 'Severity', 'What'];
  return { heading: 'Problems', blocks: [tableOr('There was none.', head, problems.map(messageCells))] };
}

function messageCells({ at, severity, text }: ReportMessage): readonly string[] {
  return [timeText(at), severity, text];
}

function resultSection({ result }: RolloutReport): Section {
  const { standing, text, reason, failedGate, drained, requests } = result;
  return {
    heading: 'Result',
    blocks: [
      facts(
        ['Result', text === '' ? standing : text],
        ['Reason', reason],
        ['Gate that failed', failedGate],
        ['Requests to green that the gates saw', servedText(requests.green, requests.greenErrors)],
        ['Requests to blue in the same minutes', servedText(requests.blue, requests.blueErrors)],
        ['Removed side', drained],
      ),
    ],
  };
}

function servedText(requests: number | undefined, errors: number | undefined): string {
  if (requests === undefined) return 'not counted';
  const failed = errors === undefined ? 'errors were not counted' : `${errors} of them failed`;
  return `${requests}; ${failed}`;
}

function costSection({ cost }: RolloutReport): Section {
  const rows = cost.positions.map(({ what, count, dollars }) => [what, significant(count), dollarsText(dollars)]);
  return {
    heading: 'Cost',
    blocks: [
      { kind: 'table', head: ['What', 'Count', 'US dollars'], rows: [...rows, ['Sum', '', dollarsText(cost.dollars)]] },
      {
        kind: 'text',
        text: 'An estimate from the counts of the record, at list prices of us-east-1 without discounts.',
      },
      ...(cost.unknown.length === 0
        ? []
        : [{ kind: 'list', items: cost.unknown.map((what) => `Not in the sum: ${what}.`) } as const]),
    ],
  };
}

function dollarsText(dollars: number): string {
  return dollars.toFixed(4);
}

/** `2026-03-01 10:00:00 UTC`. */
function timeText(at: string): string;
function timeText(at: string | undefined): string | undefined;
function timeText(at: string | undefined): string | undefined {
  return at === undefined ? undefined : `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}

function durationText(seconds: number | undefined): string | undefined {
  return seconds === undefined ? undefined : formatDuration(seconds);
}

/** A fact that is not known is left out. */
function facts(...rows: readonly (readonly [string, string | undefined])[]): Block {
  return {
    kind: 'facts',
    rows: rows.flatMap(([name, text]): readonly [string, string][] => (text === undefined ? [] : [[name, text]])),
  };
}
