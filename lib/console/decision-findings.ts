import { gateRow } from '../messages/why.ts';
import { describeChange } from '../rollout/configuration-change.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { CheckResult } from '../rollout/event-shapes.ts';
import type { DecisionView } from '../usecases/people/show-decision.ts';
import { timeText } from './decision-text.ts';
import { html, type Markup } from './html.ts';

const said = { pass: 'passes', hold: 'cannot say yet', fail: 'fails' } as const;

/** What the newest look of the gates said, with green beside blue. */
export function gates({ gates: judgements, judgedAt, state }: DecisionView): Markup {
  if (judgements.length === 0) {
    const none =
      state.step < 0
        ? 'The new version has no traffic yet, so there are no numbers of it.'
        : 'Nothing has been measured in this step yet.';
    return html`<h2>Gates</h2>
      <p>${none}</p>`;
  }
  return html`<h2>Gates: the new version beside the old one</h2>
    <p>Judged at ${timeText(judgedAt ?? '')}.</p>
    ${judgements.map((judgement) => {
      const { gate, outcome, isAdvisory, green, blue, limits, evidence, reason } = gateRow(judgement, state.spec);
      return html`<div class="gate">
        <h3>
          ${gate}: <span class="${outcome}">${said[outcome]}</span>${isAdvisory ? html` (only advice)` : undefined}
        </h3>
        <div class="numbers">
          <div><span>new (green)</span>${green}</div>
          <div><span>old (blue)</span>${blue}</div>
          <div><span>evidence against it</span>${evidence === '' ? 'none' : evidence}</div>
          <div><span>limits</span>${limits}</div>
        </div>
        <p>${reason}</p>
      </div> `;
    })}`;
}

/** Everything that the new version gets otherwise than the old one besides its image, each by name. */
export function configuration({ configuration: difference, greenBase, blueTaskDefinition }: RolloutState): Markup {
  if (difference === undefined || difference.changes.length === 0) return html``;
  const { changes, more } = difference;
  return html`<h2>Configuration: the new version beside the old one</h2>
    <p>
      Its task definition is a copy of ${greenBase ?? blueTaskDefinition}; the old version runs ${blueTaskDefinition}.
    </p>
    <ul>
      ${changes.map((change) => html`<li>${describeChange(change)}</li> `)}
    </ul>
    ${more === 0 ? undefined : html`<p>${more} more changes are not kept here: compare the two task definitions.</p>`}`;
}

/** What each pre-check saw. */
export function checks(results: readonly CheckResult[]): Markup {
  if (results.length === 0)
    return html`<h2>Pre-checks</h2>
      <p>None has run.</p>`;
  return html`<h2>Pre-checks</h2>
    ${results.map(
      ({ name, passed, result, saw, expected, fix, waived }) =>
        html`<div class="check">
          <h3>${name}: <span class="${passed ? 'pass' : 'fail'}">${result ?? (passed ? 'passed' : 'failed')}</span></h3>
          <p>Saw: ${saw}. Expected: ${expected}.${fix === undefined ? '' : ` To fix: ${fix}.`}${waiverOf(waived)}</p>
        </div> `,
    )}`;
}

function waiverOf(waived: CheckResult['waived']): string {
  return waived === undefined ? '' : ` Waived by ${waived.by} until ${waived.until}: ${waived.reason}.`;
}
