import type { GateView, VerdictView } from '../view/gate-view.ts';
import { plain } from '../messages/plain.ts';
import { gateChart } from './gate-chart.ts';
import { html, type Markup } from './html.ts';
import { timeElement } from './time-element.ts';

const said = { pass: 'passes', hold: 'cannot say yet', fail: 'fails' } as const;
const order = { fail: 0, hold: 1, pass: 2 } as const;

/** Points of all charts together: a page with 20 gates is as light as one with three. */
const pointsOfAll = 120;
const mostPoints = 45;
/** Those that do not pass come first; the others say their numbers. */
const mostCharts = 8;
/** Longer texts of the record are cut. */
const longest = 240;

/** Returns each gate with its values, limits, how sure it is and its chart; those that do not pass come first. */
export function gateSection(gates: readonly GateView[], verdict: VerdictView | undefined, hasTraffic: boolean): Markup {
  if (gates.length === 0 || verdict === undefined) {
    const none = hasTraffic
      ? 'Nothing has been measured in this step yet.'
      : 'The new version has no traffic yet, so there are no numbers of it.';
    return html`<h2>Gates</h2>
      <p>${none}</p>`;
  }
  const most = Math.min(mostPoints, Math.max(5, Math.floor(pointsOfAll / Math.min(gates.length, mostCharts))));
  const sorted = gates.toSorted((left, right) => order[left.outcome] - order[right.outcome]);
  return html`<h2>Gates: the new version beside the old one</h2>
    <p>Evaluated at ${timeElement(verdict.at)}: ${verdict.reason}</p>
    <div class="gates">${sorted.map((gate, index) => gateBox(gate, index < mostCharts ? most : 0))}</div>`;
}

function gateBox(gate: GateView, most: number): Markup {
  const { name, outcome, isAdvisory, green, blue, limits, reason, needs } = gate;
  const chart = most === 0 ? undefined : gateChart(gate, most);
  const words = needs === undefined ? reason : `${reason} To decide: ${needs}`;
  return html`<div class="gate">
    <h3>${name}: <span class="${outcome}">${said[outcome]}</span> ${isAdvisory ? '(only advice)' : ''}</h3>
    <dl class="numbers">
      ${number('new (green)', green)}${number('old (blue)', blue)}${number('requests', gate.requests)}
      ${wide('how sure', gate.confidence)}${wide('limits', limits)}
    </dl>
    <p>${plain(words, longest)}</p>
    ${
      chart === undefined
        ? undefined
        : html`<figure class="chart">
            ${chart.picture}
            <figcaption>
              <p class="reading" aria-live="polite"></p>
              <span class="key"
                ><span class="green">green</span> <span class="blue">blue (dashed)</span>
                <span class="limit">limit (dotted)</span></span
              >
            </figcaption>
            <details>
              <summary>Values of ${name}</summary>
              ${chart.table}
            </details>
          </figure>`
    }
  </div>`;
}

function number(name: string, value: string | number): Markup {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

function wide(name: string, value: string): Markup {
  return html`<div class="wide">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
