import { actionsAt, type DecisionAction } from '../approval/decision-actions.ts';
import { openPoint } from '../approval/link-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { RolloutView } from '../view/rollout-view.ts';
import { doesText } from './decision-form.ts';
import { actionText } from './decision-text.ts';
import { html, type Markup } from './html.ts';
import { listOf } from './rows.ts';

/** Of no role: what an approval would still wait for is said of everyone. */
const stranger = { name: 'a person of the spec', roles: [] };

const verbs: Readonly<Record<DecisionAction, string>> = {
  approve: 'approve',
  reject: 'reject',
  promote: 'promote',
  promoteFully: 'promote --full',
  pause: 'pause',
  resume: 'resume',
  abort: 'abort',
  retry: 'retry',
};

/** Returns what each action would do now, with the command for those who have the command line. */
export function actionList(state: RolloutState, view: RolloutView): Markup {
  const point = openPoint(state);
  const actions = point === undefined ? [] : actionsAt(point, state);
  const items = actions.map((action) => {
    const { button } = actionText(action, state, stranger);
    const reason = action === 'abort' || action === 'reject' ? ' --reason "..."' : '';
    return html`<li>
      <b>${button}.</b>
      ${doesText(action, { person: stranger, state, view }).replace(/^Roll back: (.)/, (_, first: string) => first.toUpperCase())}
      <code>${`sluice ${verbs[action]} ${state.rolloutId} --stage ${view.stage}${reason}`}</code>
    </li>`;
  });
  const none = items.length === 0 ? (byHand(state, view) ?? html`<p>${view.abort.text}</p>`) : undefined;
  return html`<h2>What each action would do</h2>
    ${none} ${listOf(items)} ${afterTheEnd(state, view.stage)}`;
}

/** What a person runs where the rollback does not get traffic back, as the alert names it. */
function byHand({ service, rolloutId, phase }: RolloutState, { strip, stage }: RolloutView): Markup | undefined {
  if (strip.standing !== 'emergency' || phase !== 'rollingBack') return undefined;
  return html`<p>A rollback is under way already, and traffic could not be put back. It is tried again.</p>
    ${listOf([
      html`<li>
        <b>Put the rules back by hand.</b> All traffic goes to blue, with your own rights and without the stack.
        <code>sluice rollback ${service} --direct --stage ${stage}</code>
      </li>`,
      html`<li>
        <b>Acknowledge the alert.</b> Its reminders end; nothing else changes.
        <code>sluice notify take ${rolloutId} --stage ${stage}</code>
      </li>`,
    ])}`;
}

function afterTheEnd({ phase, service, rolloutId, drill }: RolloutState, stage: string): Markup {
  if (phase === 'succeeded') {
    return html`<p>
      Go back to the version before: <code>sluice rollback ${service} --stage ${stage} --reason "..."</code>
    </p>`;
  }
  if (phase !== 'rejected' && phase !== 'rolledBack') return html``;
  if (drill !== undefined) {
    return html`<p>
      Order another drill: <code>sluice drill ${drill} ${service} --stage ${stage} --reason "..."</code>
    </p>`;
  }
  return html`<p>Try the same image again: <code>sluice retry ${rolloutId} --stage ${stage}</code></p>`;
}
