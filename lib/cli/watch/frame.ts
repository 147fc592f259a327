import type { RolloutView } from '../../view/rollout-view.ts';
import type { RolloutStatus } from '../../view/status.ts';
import { type Line, span, type Style } from '../terminal/line.ts';
import { localTime } from '../terminal/readable.ts';
import { factSections } from './fact-sections.ts';
import { coarse, type FrameLayout, labelled, type Section, whenText } from './frame-rows.ts';
import { gateLines } from './gate-lines.ts';
import { progressLines } from './progress-lines.ts';

const looks: Readonly<Record<RolloutStatus, Style>> = {
  emergency: 'red',
  drift: 'red',
  waitingForDecision: 'yellow',
  waitingForApproval: 'yellow',
  paused: 'yellow',
  held: 'yellow',
  delayed: 'yellow',
  rollingBack: 'red',
  running: 'cyan',
  succeeded: 'green',
  rolledBack: 'red',
  rejected: 'red',
};

const hasEnded: readonly RolloutStatus[] = ['succeeded', 'rolledBack', 'rejected'];

/** Returns a rollout as a terminal shows it, part by part. */
export function frameOf(view: RolloutView, layout: FrameLayout): readonly Section[] {
  const { strip, abort, gates } = view;
  return [
    { rank: 0, lines: [...headLines(view, layout), ...stripLines(view, layout)] },
    { rank: 1, lines: strip.step === 0 ? [] : progressLines(view) },
    { rank: 2, lines: [...verdictLines(view, layout), ...gateLines(gates, layout)] },
    { rank: 3, lines: hasEnded.includes(strip.standing) ? [] : labelled('abort', abort.text, layout) },
    ...factSections(view, layout),
  ];
}

/** Returns the lines of the sections that fit into so many rows; the last line says what is left out. */
export function fittingLines(sections: readonly Section[], rows: number, more: string): readonly Line[] {
  const all = sections.flatMap(({ lines }) => lines);
  if (all.length <= rows) return all;
  let kept = sections;
  const size = () => kept.reduce((sum, { lines }) => sum + lines.length, 0);
  while (size() > rows - 1 && kept.length > 1) {
    const last = kept.reduce((highest, one) => (one.rank >= highest.rank ? one : highest));
    kept = kept.filter((one) => one !== last);
  }
  return [...kept.flatMap(({ lines }) => lines).slice(0, Math.max(0, rows - 1)), [span(more, 'dim')]];
}

function headLines({ service, stage, change, rolloutId }: RolloutView, layout: FrameLayout): readonly Line[] {
  const from = change.from ?? change.fromDigest;
  const what = change.isSameImage
    ? `${change.to}, the same image`
    : `${from === undefined ? '' : `${from} → `}${change.to}`;
  return [...labelled(service, what, layout, 'bold'), ...labelled('', `${rolloutId} in ${stage}`, layout, 'dim')];
}

function stripLines(view: RolloutView, layout: FrameLayout): readonly Line[] {
  const { strip } = view;
  const { next } = strip;
  const when = next.at === undefined ? '' : `, ${next.isDeadline ? 'by' : 'at'} ${whenText(next.at, layout)}`;
  return [
    ...labelled('status', strip.text, layout, looks[strip.standing]),
    ...labelled('traffic', trafficText(view), layout),
    ...labelled('next', `${next.text}${when}`, layout),
  ];
}

/** `step 2 of 6: 25 % asked, 24.6 % measured; 12m left in the bake, 42m to the end at the earliest` */
function trafficText({ strip, closedAsItIs }: RolloutView): string {
  const { standing, step, steps, askedWeight, measuredWeight, secondsLeft, secondsToEnd } = strip;
  if (closedAsItIs !== undefined && standing === 'rolledBack') return 'as it was when the rollback was closed';
  if (standing === 'succeeded') return 'all to green';
  if (step === 0 || askedWeight === 0) return `all to blue${remaining(undefined, secondsToEnd)}`;
  const measured = measuredWeight === undefined ? '' : `, ${measuredWeight} % measured`;
  return `step ${step} of ${steps}: ${askedWeight} % asked${measured}${remaining(secondsLeft, secondsToEnd)}`;
}

function remaining(secondsLeft: number | undefined, secondsToEnd: number | undefined): string {
  const bake =
    secondsLeft === undefined
      ? []
      : [secondsLeft === 0 ? 'its bake is over' : `${coarse(secondsLeft)} left in the bake`];
  const end =
    secondsToEnd === undefined || secondsToEnd === 0 ? [] : [`${coarse(secondsToEnd)} to the end at the earliest`];
  const parts = [...bake, ...end];
  return parts.length === 0 ? '' : `; ${parts.join(', ')}`;
}

function verdictLines({ verdict, strip, reason, failedGate }: RolloutView, layout: FrameLayout): readonly Line[] {
  const why =
    reason === undefined
      ? []
      : labelled(
          'reason',
          `${reason}${failedGate === undefined ? '' : ` (gate ${failedGate})`}`,
          layout,
          looks[strip.standing],
        );
  if (verdict === undefined) return why;
  const at = localTime(verdict.at, layout.timeZone).slice(11, 19);
  const style = { pass: 'green', hold: 'yellow', fail: 'red' } as const;
  return [
    ...why,
    ...labelled('verdict', `${verdict.verdict} at ${at}: ${verdict.reason}`, layout, style[verdict.verdict]),
  ];
}
