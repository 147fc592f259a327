import type { GateView } from '../../view/gate-view.ts';
import { cell, type Line, span, type Style } from '../terminal/line.ts';
import { sparkline } from '../../messages/sparkline.ts';
import { type FrameLayout, labelled, labelSpan } from './frame-rows.ts';

const looks: Readonly<Record<GateView['outcome'], Style>> = { pass: 'green', hold: 'yellow', fail: 'red' };
const points = 18;

/** Returns the lines of all gates: value, blue beside it and the series; below them limits and how sure it is. */
export function gateLines(gates: readonly GateView[], layout: FrameLayout): readonly Line[] {
  return gates.flatMap((gate, index) => [numbers(gate, index === 0 ? 'gates' : ''), ...meaning(gate, layout)]);
}

function numbers({ name, outcome, isAdvisory, green, blue, series, ...gate }: GateView, label: string): Line {
  const values = series.flatMap((point) => [point.green ?? 0, point.blue ?? 0]);
  const top = Math.max(...values, gate.passLimit);
  return [
    labelSpan(label),
    span(`${cell(name, 16)} `, 'bold'),
    span(outcome, looks[outcome]),
    span(`${isAdvisory ? '*' : ' '}${' '.repeat(5 - outcome.length)}`),
    span(`green ${cell(green, 8)} blue ${cell(blue, 8)} `),
    span(
      sparkline(
        series.map((point) => point.green),
        top,
        points,
      ),
      looks[outcome],
    ),
  ];
}

function meaning(gate: GateView, layout: FrameLayout): readonly Line[] {
  const advisory = gate.isAdvisory ? '; advisory: it decides nothing' : '';
  const text = `${gate.limits}; ${gate.confidence}${advisory}`;
  const why = gate.outcome === 'pass' ? '' : [gate.reason, gate.needs ?? ''].filter((part) => part !== '').join(' ');
  return [...labelled('', text, layout, 'dim'), ...(why === '' ? [] : labelled('', why, layout, looks[gate.outcome]))];
}
