import { significant } from '../analysis/strength-text.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { RolloutView } from '../view/rollout-view.ts';
import type { StepView } from '../view/step-view.ts';
import { html, type Markup } from './html.ts';
import { timeElement } from './time-element.ts';
import { type Row, rowsOf } from './rows.ts';

const verdicts = { pass: 'every gate passes', hold: 'the gates cannot say yet', fail: 'a gate fails' } as const;
/** Which colour and sign go with where a rollout stands; the words say the same. */
const looks: Readonly<Record<RolloutView['strip']['standing'], 'good' | 'bad' | 'neutral'>> = {
  emergency: 'bad',
  drift: 'bad',
  waitingForDecision: 'neutral',
  waitingForApproval: 'neutral',
  paused: 'neutral',
  held: 'neutral',
  delayed: 'neutral',
  rollingBack: 'bad',
  running: 'good',
  succeeded: 'good',
  rolledBack: 'bad',
  rejected: 'bad',
};

/** Returns the first thing that a person reads: where it stands, weight asked and measured, time left, what happens next. */
export function stripOf({ strip, verdict, affected, reason, failedGate }: RolloutView): Markup {
  const { standing, text, step, steps, askedWeight, measuredWeight, secondsLeft, secondsToEnd, next } = strip;
  const measured = measuredWeight === undefined ? 'not measured yet' : `${significant(measuredWeight)} % measured`;
  const isOver = ['succeeded', 'rolledBack', 'rejected'].includes(standing);
  const rows: readonly Row[] = [
    ...(verdict === undefined || isOver ? [] : [['Verdict', html`${verdicts[verdict.verdict]}`] as const]),
    ['Step', html`${step < 1 ? `none yet, of ${steps}` : `${step} of ${steps}`}`],
    [
      'Weight',
      html`${askedWeight} %
      asked${isOver || askedWeight === 0 || standing === 'rollingBack' || standing === 'emergency' ? '' : `, ${measured}`}`,
    ],
    ...(secondsLeft === undefined ? [] : [['Time left', html`${leftOf(secondsLeft)} in this step`] as const]),
    ...(secondsToEnd === undefined ? [] : [['To the end', html`${leftOf(secondsToEnd)} at least`] as const]),
    ['Next', html`${next.text}${next.at === undefined ? undefined : html`: ${timeElement(next.at)}`}`],
    ['Users', html`${affected}`],
    ...(reason === undefined
      ? []
      : [['Reason', html`${failedGate === undefined ? reason : `${reason} (gate ${failedGate})`}`] as const]),
  ];
  return html`<div class="strip ${looks[standing]}">
    <p class="standing" aria-live="polite">${text}</p>
    ${rowsOf(rows)}
  </div>`;
}

/** Coarse, so that the page is another one once a minute at most. */
function leftOf(seconds: number): string {
  if (seconds <= 0) return 'no time left';
  const minutes = Math.ceil(seconds / 60);
  if (minutes === 1) return 'less than 1 min';
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const stepTexts: Readonly<Record<StepView['standing'], string>> = {
  passed: 'passed',
  now: 'now',
  failed: 'ended here',
  ahead: 'ahead',
  skipped: 'skipped',
};
/** More steps than fit: those around the one under way, the first and the last are shown. */
const mostSteps = 20;

/** Steps that are left out between two that are shown. */
function gapBefore(count: number): Markup | undefined {
  return count === 0 ? undefined : html`<li class="gap">… ${count} more</li>`;
}

/** Returns the steps as a bar, and below it what the service's traffic gives them. */
export function stepBar({ steps, traffic, strip }: Pick<RolloutView, 'steps' | 'traffic' | 'strip'>): Markup {
  const current = strip.step - 1;
  const around = (index: number) =>
    steps.length <= mostSteps || index === 0 || index === steps.length - 1 || Math.abs(index - current) <= 8;
  const shown = steps.flatMap((step, index) => (around(index) ? [{ step, index }] : []));
  const items = shown.map(
    ({ step: { weight, bakeSeconds, standing }, index }, at) =>
      html`${gapBefore(index - (shown[at - 1]?.index ?? -1) - 1)}
        <li class="${standing}" ${standing === 'now' ? html` aria-current="step"` : undefined} value="${index + 1}">
          <b>${weight} %</b> ${formatDuration(bakeSeconds)} <i>${stepTexts[standing]}</i>
        </li>`,
  );
  const more = steps.length - shown.length;
  return html`<h2>Steps</h2>
    <ol class="steps">
      ${items}
    </ol>
    ${more === 0 ? undefined : html`<p>${more} of ${steps.length} steps are left out here.</p>`}
    ${traffic.map((sentence) => html`<p>${sentence}</p>`)}`;
}
