import type { RolloutView } from '../../view/rollout-view.ts';
import type { StepView } from '../../view/step-view.ts';
import { type Line, span, type Span, type Style } from '../terminal/line.ts';
import { labelSpan } from './frame-rows.ts';

const barWidth = 40;
/** Steps that are shown around the one under way, so that a line holds them. */
const shownBefore = 2;
const shownAfter = 3;

const marks: Readonly<Record<StepView['standing'], string>> = {
  passed: '✓',
  now: '▶',
  failed: '✗',
  ahead: '',
  skipped: '–',
};
const looks: Readonly<Record<StepView['standing'], Style | undefined>> = {
  passed: 'green',
  now: 'bold',
  failed: 'red',
  ahead: 'dim',
  skipped: 'dim',
};

/** Returns green's share as a bar, and the steps: passed, under way, ahead. */
export function progressLines({ strip, steps }: RolloutView): readonly Line[] {
  const filled = Math.min(barWidth, Math.round((strip.askedWeight / 100) * barWidth));
  const bar: Line = [
    labelSpan('green'),
    span('█'.repeat(filled), 'green'),
    span('·'.repeat(barWidth - filled), 'dim'),
    span(` ${strip.askedWeight} %`),
  ];
  return [bar, [labelSpan('steps'), ...stepSpans(steps, Math.max(0, strip.step - 1))]];
}

function stepSpans(steps: readonly StepView[], current: number): readonly Span[] {
  const from = Math.max(0, Math.min(current - shownBefore, steps.length - shownBefore - shownAfter - 1));
  const to = Math.min(steps.length, from + shownBefore + shownAfter + 1);
  const before = from === 0 ? [] : [span(`${from} before, `, 'dim')];
  const after = to === steps.length ? [] : [span(`, ${steps.length - to} more`, 'dim')];
  const shown = steps.slice(from, to).flatMap(({ weight, standing }, index) => {
    const one = span(`${marks[standing]}${weight} %`, looks[standing]);
    return index === 0 ? [one] : [span('  '), one];
  });
  return [...before, ...shown, ...after];
}
