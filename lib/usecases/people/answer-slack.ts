import { personInSlack } from '../../specification/asked-people.ts';
import { type DecisionAction, judgeAction, needsComment } from '../../approval/decision-actions.ts';
import { type Judged, refused } from '../../approval/judge-approval.ts';
import { isCurrent, offersOf } from '../../approval/offers.ts';
import type { SlackInteraction } from '../../channels/slack/interaction.ts';
import { reasonDialog, type SlackClick } from '../../channels/slack/actions.ts';
import type { SlackReplies } from '../../channels/slack/replies.ts';
import type { Decision } from '../../rollout/people-state.ts';
import { deciderOf } from '../../rollout/decider.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Person } from '../../specification/approvals.ts';
import type { CommandNeeds } from './command-rollout.ts';
import { decide, type Decided } from './decide.ts';
import { acknowledgeAlert } from './acknowledge-alert.ts';

/** What an answer to Slack sees of the world. */
export interface SlackWorld {
  readonly needs: Omit<CommandNeeds, 'startRollout'>;
  readonly replies: SlackReplies;
}

/** What a dialog is answered with; a click is answered with nothing, and its result told to the one who clicked. */
export type SlackAnswer = { readonly outcome: 'taken' } | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Does what somebody clicked in Slack, by the same use cases as the command line: approval, command, or taking an alert. Slack's
 * signature says who clicked; the rollout's own spec says who that is, and so what counts. A click that needs a reason opens a
 * dialog; what is sent from it is judged anew.
 */
export async function answerSlack(interaction: SlackInteraction, { needs, replies }: SlackWorld): Promise<SlackAnswer> {
  const { click, user, team } = interaction;
  const stored = await needs.store.load(click.rollout);
  const person = stored === undefined ? undefined : personInSlack(stored.state.spec.approvals, user, team);
  if (stored === undefined || person === undefined) {
    const reason =
      stored === undefined ? `There is no rollout ${click.rollout} any more.` : strangerText(stored.state, user, team);
    return refuse(interaction, reason, replies);
  }
  if (interaction.kind === 'reason') {
    const decided = await act(click, person, interaction.reason.trim(), needs);
    return decided.outcome === 'done' ? { outcome: 'taken' } : { outcome: 'refused', reason: decided.reason };
  }
  if (needsReason(click)) return askWhy(interaction, stored.state, person, { needs, replies });
  const decided = await act(click, person, undefined, needs);
  if (decided.outcome === 'refused') return refuse(interaction, decided.reason, replies);
  await replies.tell(interaction.responseUrl, doneText(click, person));
  return { outcome: 'taken' };
}

/** A dialog is answered with the reason itself; who clicked a button is told. */
async function refuse(interaction: SlackInteraction, reason: string, replies: SlackReplies): Promise<SlackAnswer> {
  if (interaction.kind === 'reason') return { outcome: 'refused', reason };
  await replies.tell(interaction.responseUrl, `Nothing was done. ${reason}`);
  return { outcome: 'taken' };
}

function strangerText({ spec, service }: RolloutState, user: string, team: string | undefined): string {
  const member = spec.approvals.people.find(({ slack }) => slack === user);
  if (member?.slackTeam !== undefined) {
    return `The spec of ${service} takes clicks of ${user} from the Slack workspace ${member.slackTeam} alone, and this one came from ${team ?? 'none that Slack names'}.`;
  }
  const known = spec.approvals.people.length === 0 ? 'no people at all' : `no one with the Slack id ${user}`;
  return `The spec of ${service} names ${known}: a person of \`approvals.people\` with \`slack: ${user}\` may decide.`;
}

function needsReason({ action }: SlackClick): boolean {
  return action !== 'take' && needsComment(action);
}

/** Judges a click by the state that it would act on: whether it still means what it meant, then as a decision by link. */
function judge(
  state: RolloutState,
  { click, person, action }: { click: SlackClick; person: Person; action: DecisionAction },
  reason: string | undefined,
  now: Date,
): Judged {
  if (!isCurrent(click, state)) return refused(whyVoid(state, click));
  return judgeAction(state, person, action, { how: 'slack', reason }, now);
}

function whyVoid(state: RolloutState, click: SlackClick): string {
  const before = decisionSince(state, click);
  const what =
    before === undefined
      ? `It is ${state.phase} now`
      : `${deciderOf(before.by, before.how)} ${before.answer} at ${before.at}`;
  const can = offersOf(state).length === 0 ? '' : ' The head of the thread has the buttons for how it stands now.';
  return `This button is for an earlier state of ${state.rolloutId}. ${what}.${can}`;
}

/** The newest decision, where one was made after the message with the button: the count of commands, or the phase, has moved. */
function decisionSince({ decisions = [] }: RolloutState, { action }: SlackClick): Decision | undefined {
  const isApproval = action === 'approve' || action === 'reject';
  return decisions.findLast(({ point }) => (point === 'approval') === isApproval);
}

async function act(
  click: SlackClick,
  person: Person,
  reason: string | undefined,
  needs: SlackWorld['needs'],
): Promise<Decided> {
  const { rollout, action } = click;
  if (action === 'take') return acknowledgeAlert(rollout, { by: person.name, how: 'slack' }, needs);
  const decided = await decide(rollout, (state, now) => judge(state, { click, person, action }, reason, now), needs);
  const { state } = decided.stored;
  // Also where it was requested before: that caller may have died before the machine was started.
  if (action === 'abort' && state.phase === 'rollingBack') {
    await needs.startRollback(rollout, { by: person.name, reason: state.reason ?? 'no reason was recorded' });
  }
  return decided;
}

/** Opens the dialog that asks for a reason, where the click would count with one; it needs the bot token of the button's channel. */
async function askWhy(
  interaction: Extract<SlackInteraction, { kind: 'click' }>,
  state: RolloutState,
  person: Person,
  { needs, replies }: SlackWorld,
): Promise<SlackAnswer> {
  const { click, triggerId, responseUrl } = interaction;
  const { action } = click;
  if (action === 'take') throw new TypeError('An alert is taken without a reason.');
  const judged = judge(state, { click, person, action }, 'a reason will be given', needs.now());
  if (judged.outcome === 'refused') return refuse(interaction, judged.reason, replies);
  const channel = state.spec.notifications.channels.find(({ name }) => name === click.channel);
  const image = state.image.tag ?? state.image.digest.slice(0, 19);
  const about = `${state.service}: ${image}, asked for by ${state.requestedBy}. It is ${state.phase}, green gets ${state.weight} %.`;
  const isOpen =
    channel?.type === 'slack' &&
    triggerId !== '' &&
    (await replies.open(channel.token, triggerId, reasonDialog(click, about)));
  if (!isOpen) await replies.tell(responseUrl, `Slack opened no dialog to say why. ${otherWay(click)}`);
  return { outcome: 'taken' };
}

function otherWay({ action, rollout }: SlackClick): string {
  return `Use your personal link, or: sluice ${action} ${rollout} --reason '…'`;
}

const done: Readonly<Record<SlackClick['action'], string>> = {
  approve: 'You have approved it.',
  reject: 'You have rejected it.',
  resume: 'It goes on at its next evaluation.',
  promote: 'The rest of the step is skipped at the next evaluation, unless a gate fails there.',
  promoteFully: 'All steps up to the last one are skipped at the next evaluation, unless a gate fails there.',
  pause: 'It is paused: no traffic is shifted until it is resumed.',
  abort: 'It is being rolled back.',
  retry: 'The task runs again, once its former run has stopped.',
  take: 'It is yours: its reminders have ended.',
};

function doneText({ action, rollout, point }: SlackClick, { name }: Person): string {
  const isTask = action === 'promote' && point.startsWith('task-');
  const said = isTask ? 'It goes on without the task at its next evaluation.' : done[action];
  return `${said} The record of ${rollout} says so, in the name of ${name}.`;
}
