import { needsComment } from '../approval/decision-actions.ts';
import { neededApprovals, openApprovals, openText } from '../approval/needed-approvals.ts';
import { deciderOf } from '../rollout/decider.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { DecisionView, OfferedAction } from '../usecases/people/show-decision.ts';
import { checks, configuration, gates } from './decision-findings.ts';
import { actionText, decisionText, leftText, timeText } from './decision-text.ts';
import { html, type Markup } from './html.ts';
import { notice, page, type PageAnswer } from './page.ts';

/** As much as a comment may have; the record keeps it whole. */
export const longestComment = 600;

/** What became of a click that changed nothing. */
export interface Refused {
  readonly status: 400 | 403 | 409;
  readonly reason: string;
}

/** What the forms of a page need besides what it shows. */
export interface Forms {
  /** Goes back with what is posted. */
  readonly nonce: string;
  /** Where to sign in; stands on a page only where that is asked for, as it holds the token. */
  readonly signInAt: string;
}

/** The page of a link. */
export function decisionPage(view: DecisionView, forms: Forms, refused?: Refused): PageAnswer {
  const { state, stage, standing } = view;
  const decision = html`<h2 id="decide">Your decision, ${view.person.name}</h2>
    ${offers(view, forms)}`;
  const content = html`<p class="where">${state.service} in ${stage}</p>
    <h1>${headline(view)}</h1>
    ${refused === undefined ? undefined : note('bad', html`<strong>Nothing was done.</strong> ${refused.reason}`)}
    ${standingNote(view)} ${summary(view)} ${configuration(state)} ${gates(view)}
    ${standing.kind === 'open' ? decision : undefined} ${checks(view.checks)}
    <h2>In full</h2>
    ${details(view)} `;
  return page(refused?.status ?? 200, `${headline(view)} · ${state.service}`, content);
}

/** For any token that was not issued; says the same whatever is wrong with it. */
export function unknownLinkPage(): PageAnswer {
  return notice(
    404,
    'This link is not valid',
    'It was not issued here, or something of it is missing. Open the whole link from the message that you got.',
  );
}

function headline({ link, state, stage, standing, person }: DecisionView): string {
  const image = imageName(state);
  if (standing.kind === 'decided') {
    return standing.decisions.some(({ by }) => by === person.name) ? 'You have decided' : 'This has been decided';
  }
  if (standing.kind === 'expired') return 'This link has expired';
  if (standing.kind === 'void') return 'This link is void';
  if (link.point === 'approval') return `Approve ${image} for ${state.service} in ${stage}?`;
  if (link.point.startsWith('hold-')) return `${image} cannot be judged: go on or roll back?`;
  return state.paused === undefined ? `${image} is being let in` : `${image} is paused`;
}

function note(looks: 'good' | 'bad' | 'neutral', content: Markup): Markup {
  return html`<div class="note ${looks}" role="status"><p>${content}</p></div>`;
}

function standingNote({ standing, state, link }: DecisionView): Markup {
  const now = `The rollout is ${phaseText(state)}.`;
  switch (standing.kind) {
    case 'open':
      return link.point.startsWith('hold-')
        ? note(
            'neutral',
            html`Its numbers say neither yes nor no, for longer than the spec lets it wait. Without a decision by
            ${timeText(link.expiresAt)} it is rolled back.`,
          )
        : html``;
    case 'decided':
      return html`${standing.decisions.map((decision) => note(decision.answer === 'rejected' || decision.answer === 'aborted' ? 'bad' : 'good', html`${decisionText(decision)}`))}
        <p>${now} A link works once.</p>`;
    case 'expired':
      return note('neutral', html`It was good until ${timeText(link.expiresAt)}. ${now}`);
    case 'void':
      return note('neutral', html`${standing.reason} ${now}`);
  }
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

function offers(view: DecisionView, forms: Forms): Markup {
  const { link, now } = view;
  return html`<p>
      This link is yours alone, works once, and is good for ${leftText(link.expiresAt, now)}, until
      ${timeText(link.expiresAt)}. Anyone who has it can decide in your name: do not pass it on.
    </p>
    ${view.offered.map((offered) => offer(offered, view, forms))}`;
}

function offer(
  { action, refused, needsSignIn }: OfferedAction,
  { state, person }: DecisionView,
  { nonce, signInAt }: Forms,
): Markup {
  const { button, does, looks } = actionText(action, state, person);
  if (needsSignIn) {
    return html`<div class="closed">
      <h3>${button}</h3>
      <p>${does}</p>
      <p>This needs you to sign in as ${person.mail ?? person.name}.</p>
      <p><a class="button" href="${signInAt}">Sign in</a></p>
    </div> `;
  }
  if (refused !== undefined) {
    return html`<div class="closed">
      <h3>${button}: not possible</h3>
      <p>${refused}</p>
    </div> `;
  }
  const isRequired = needsComment(action);
  const field = `comment-${action}`;
  const label = isRequired ? 'Why? (needed; everyone who is notified reads it)' : 'Comment (if you like)';
  const text = isRequired
    ? html`<textarea id="${field}" name="comment" maxlength="${longestComment}" required></textarea>`
    : html`<textarea id="${field}" name="comment" maxlength="${longestComment}"></textarea>`;
  return html`<form method="post" class="${looks}" autocomplete="off">
    <h3>${button}</h3>
    <p>${does}</p>
    <input type="hidden" name="nonce" value="${nonce}" />
    <input type="hidden" name="action" value="${action}" />
    <label for="${field}">${label}</label>
    ${text}
    <button type="submit">${button}</button>
  </form> `;
}

function imageName({ image }: RolloutState): string {
  return image.tag ?? image.digest.slice(0, 19);
}

type Row = readonly [name: string, value: Markup];

function list(rows: readonly Row[]): Markup {
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;
}

/** What somebody who was just woken up has to know. */
function summary({ state, fromTag, standing, checks: results }: DecisionView): Markup {
  const { image, requestedBy, openedAt, rollback, why } = state;
  const passed = results.filter((result) => result.passed).length;
  return list([
    ['New', html`<strong>${image.tag ?? 'an image without a tag'}</strong>`],
    ['Old', html`<strong>${fromTag ?? 'tag not known'}</strong>`],
    ['Asked by', html`${requestedBy}, at ${timeText(openedAt)}`],
    ['Why', html`${rollback?.reason ?? why ?? 'no reason was given'}`],
    ['Now', html`${phaseText(state)}`],
    ['Pre-checks', html`${passed} of ${results.length} passed`],
    ...(standing.kind === 'open' ? [['Decide', html`<a href="#decide">go to the buttons</a>`] as const] : []),
  ]);
}

function details({ state, link, now, person }: DecisionView): Markup {
  const { image, blueDigest, spec } = state;
  const given = state.approval?.given ?? [];
  const approved = given.map(({ name, how }) => deciderOf(name, how));
  const needed = neededApprovals(state);
  const open = openText(openApprovals(needed, given));
  const missing = open === '' ? '' : `; open: ${open}`;
  const because = needed.why === '' || state.phase !== 'awaitingApproval' ? '' : `. ${needed.why}`;
  return list([
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
