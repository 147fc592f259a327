import { pointOf } from '../approval/link-state.ts';
import { neededApprovals, openApprovals, openText } from '../approval/needed-approvals.ts';
import { deciderOf } from '../rollout/decider.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { DecisionView } from '../usecases/people/show-decision.ts';
import { shownPoint } from '../usecases/people/shown-point.ts';
import { decisionForm, type Forms } from './decision-form.ts';
import { decisionText, leftText, timeText } from './decision-text.ts';
import { html, type Markup } from './html.ts';
import { livePage, notice, type PageAnswer } from './page.ts';
import { livePart, rolloutSections } from './rollout-sections.ts';
import { rowsOf } from './rows.ts';
import { timeElement } from './time-element.ts';

/** What became of a click that changed nothing. */
export interface Refused {
  readonly status: 400 | 403 | 409;
  readonly reason: string;
}

/** The page of a link: the rollout with the decision in it. */
export function decisionPage(view: DecisionView, forms: Forms, refused?: Refused): PageAnswer {
  const { state, rollout } = view;
  const content = (nonce: string) =>
    html`<p class="where">${state.service} in ${view.stage}</p>
      <h1 id="head" data-live>${headline(view)}</h1>
      ${refused === undefined ? undefined : note('bad', html`<strong>Nothing was done.</strong> ${refused.reason}`)}
      ${livePart('standing', stateNote(view))}${rolloutSections(rollout, actions(view, { ...forms, nonce }))}${livePart(
        'full',
        html`<h2>In full</h2>
          ${details(view)}`,
      )}`;
  return livePage(refused?.status ?? 200, `${headline(view)} · ${state.service}`, content, forms.nonce);
}

/** For any token that was not issued; says the same whatever is wrong with it. */
export function unknownLinkPage(): PageAnswer {
  return notice(
    404,
    'This link is not valid',
    'It was not issued here, or something of it is missing. Open the whole link from the message that you got.',
  );
}

function headline({ link, state, stage, linkState, person }: DecisionView): string {
  const image = imageName(state);
  if (linkState.kind === 'decided') {
    return linkState.decisions.some(({ by }) => by === person.name) ? 'You have decided' : 'This has been decided';
  }
  if (linkState.kind === 'expired') return 'This link has expired';
  if (linkState.kind === 'void') return 'This link is void';
  const point = pointOf(link, state);
  if (point === 'approval') return `Approve ${image} for ${state.service} in ${stage}?`;
  if (point.startsWith('task-')) return `Task ${state.askedTask?.task ?? ''} of ${state.service}: how does it go on?`;
  if (point.startsWith('hold-')) return `${image} cannot be judged: go on or roll back?`;
  return state.paused === undefined ? `${image} is being let in` : `${image} is paused`;
}

function note(looks: 'good' | 'bad' | 'neutral', content: Markup): Markup {
  return html`<div class="note ${looks}" role="status"><p>${content}</p></div>`;
}

function stateNote(view: DecisionView): Markup {
  const { linkState, state, link } = view;
  const now = `The rollout is ${phaseText(state)}.`;
  switch (linkState.kind) {
    case 'open':
      return pointOf(link, state).startsWith('hold-')
        ? note(
            'neutral',
            html`Its numbers say neither yes nor no, for longer than the spec lets it wait. Without a decision by
            ${timeText(state.asked?.until ?? link.expiresAt)} it is rolled back.`,
          )
        : saidBefore(view);
    case 'decided':
      return html`${linkState.decisions.map((decision) => note(decision.answer === 'rejected' || decision.answer === 'aborted' ? 'bad' : 'good', html`${decisionText(decision)}`))}
        <p>${now}${link.point === 'control' ? '' : ' A link works once.'}</p>`;
    case 'expired':
      return note('neutral', html`It was good until ${timeText(link.expiresAt)}. ${now}`);
    case 'void':
      return note('neutral', html`${linkState.reason} ${now}`);
  }
}

/** What a person told the rollout last, by a link that can be used again. */
function saidBefore({ link, state }: DecisionView): Markup {
  const last = state.decisions?.findLast(({ point }) => point !== 'approval');
  return link.point !== 'control' || last === undefined ? html`` : note('neutral', html`${decisionText(last)}`);
}

const phases: Readonly<Record<RolloutState['phase'], string>> = {
  checking: 'running its pre-checks',
  awaitingApproval: 'waiting for approval',
  provisioning: 'starting the new version',
  verifying: 'checking the new version before users see it',
  shifting: 'about to shift traffic',
  baking: 'watching the new version',
  finishing: 'finishing',
  rollingBack: 'being rolled back',
  rejected: 'rejected',
  succeeded: 'finished: the new version serves all traffic',
  rolledBack: 'rolled back',
};

function phaseText(state: RolloutState): string {
  const why = state.reason === undefined ? '' : ` (${state.reason})`;
  const where =
    isActive(state) && state.step >= 0
      ? `, at step ${state.step + 1} of ${state.spec.steps.length} with ${state.weight} %`
      : '';
  return `${phases[state.phase]}${where}${why}`;
}

function actions(view: DecisionView, forms: Forms): Markup {
  const { link, now, linkState, person, state, rollout, offered } = view;
  if (linkState.kind !== 'open')
    return html`<h2>What a rollback would do</h2>
      <p>${rollout.abort.text}</p>`;
  const shown = link.point === 'control' ? shownPoint(state) : undefined;
  return html`<h2 id="decide">Your decision, ${person.name}</h2>
    <p>
      This link is yours alone, ${link.point === 'control' ? 'works at each step' : 'works once'}, and is good for
      ${leftText(link.expiresAt, now)}, until ${timeElement(link.expiresAt)}. Anyone who has it can decide in your name:
      do not pass it on.
    </p>
    ${decisionForm({ point: pointOf(link, state), person, state, view: rollout, offered }, { ...forms, shown })}`;
}

function imageName({ image }: RolloutState): string {
  return image.tag ?? image.digest.slice(0, 19);
}

function details({ state, link, now, person }: DecisionView): Markup {
  const { image, blueDigest, spec } = state;
  const given = state.approval?.given ?? [];
  const approved = given.map(({ name, how }) => deciderOf(name, how));
  const needed = neededApprovals(state);
  const open = openText(openApprovals(needed, given));
  const missing = open === '' ? '' : `; open: ${open}`;
  const because = needed.why === '' || state.phase !== 'awaitingApproval' ? '' : `. ${needed.why}`;
  return rowsOf([
    ['To', html`<code>${image.repositoryUri}</code><br /><code>${image.digest}</code>`],
    ['From', html`<code>${blueDigest ?? 'digest not known'}</code>`],
    ['Steps', html`${spec.steps.map(({ weight }) => `${weight} %`).join(', ')}`],
    ...(needed.roles.length === 0
      ? []
      : [['Approvals', html`${approved.join(', ') || 'none yet'}${missing}${because}`] as const]),
    ['You', html`${person.name}, ${person.roles.join(', ')}`],
    ['Link ends', html`${timeText(link.expiresAt)} (${leftText(link.expiresAt, now)})`],
    ['Rollout', html`<code>${state.rolloutId}</code>`],
  ]);
}
