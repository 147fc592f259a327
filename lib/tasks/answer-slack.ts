import { askedBy, personInSlack } from '../approval/asked-people.ts';
import { isCurrent, offersOf } from '../approval/offers.ts';
import type { SlackInteraction } from '../channels/slack-interaction.ts';
import { reasonDialog, type SlackClick } from '../notification/slack-actions.ts';
import type { SlackReplies } from '../ports/slack-replies.ts';
import type { Decision } from '../rollout/people-state.ts';
import { deciderOf } from '../rollout/people-text.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Person } from '../spec/approvals.ts';
import { answerApproval } from './answer-approval.ts';
import { type CommandNeeds, commandRollout } from './command-rollout.ts';
import type { Decided } from './decide.ts';
import { takeAlert } from './take-alert.ts';

/** What an answer to Slack sees of the world. */
export interface SlackWorld {
  readonly needs: CommandNeeds;
  readonly replies: SlackReplies;
}

/** What a dialog is answered with; a click is answered with nothing, and its result told to the one who clicked. */
export type SlackAnswer = { readonly outcome: 'taken' } | { readonly outcome: 'refused'; readonly reason: string };

/**
 * Does what somebody clicked in Slack, by the same use cases as the command line: approval, command, or taking an alert. Slack's
 * signature says who clicked; the rollout's own spec says who that is, and so what counts. A click that needs a reason opens a
 * dialog; what is sent from it is judged anew.
 */
export async function answerSlack(interaction: SlackInteraction, world: SlackWorld): Promise<SlackAnswer> {
  const { click, user } = interaction;
  const stored = await world.needs.store.load(click.rollout);
  const judged =
    stored === undefined ? `There is no rollout ${click.rollout} any more.` : judge(stored.state, click, user);
  const refusal = typeof judged === 'string' ? judged : undefined;
  if (interaction.kind === 'reason') {
    if (typeof judged === 'string') return { outcome: 'refused', reason: judged };
    const decided = await act(click, judged, interaction.reason.trim(), world.needs);
    return decided.outcome === 'done' ? { outcome: 'taken' } : { outcome: 'refused', reason: decided.reason };
  }
  const { responseUrl, triggerId } = interaction;
  if (refusal !== undefined || stored === undefined || typeof judged === 'string') {
    await world.replies.tell(responseUrl, `Nothing was done. ${refusal ?? ''}`);
    return { outcome: 'taken' };
  }
  if (needsReason.has(click.action)) {
    const isOpen = await askWhy(stored.state, click, triggerId, world.replies);
    if (!isOpen) await world.replies.tell(responseUrl, `Slack opened no dialog to say why. ${otherWay(click)}`);
    return { outcome: 'taken' };
  }
  const decided = await act(click, judged, undefined, world.needs);
  const said = decided.outcome === 'done' ? doneText(click, judged) : `Nothing was done. ${decided.reason}`;
  await world.replies.tell(responseUrl, said);
  return { outcome: 'taken' };
}

const needsReason: ReadonlySet<SlackClick['action']> = new Set<SlackClick['action']>(['reject', 'abort']);
/** What lets a version in, for which `identity: verified` asks a person to sign in. */
const needsIdentity: ReadonlySet<SlackClick['action']> = new Set<SlackClick['action']>([
  'approve',
  'promote',
  'promoteFully',
]);

const hurries: ReadonlySet<SlackClick['action']> = new Set<SlackClick['action']>(['promote', 'promoteFully']);

/** The person who clicked, or why the click does not count. */
function judge(state: RolloutState, click: SlackClick, user: string): Person | string {
  const { spec, service, rolloutId } = state;
  const person = personInSlack(spec.approvals, user);
  if (person === undefined) {
    return `The spec of ${service} names nobody with the Slack id ${user}: a person of \`approvals.people\` with \`slack: ${user}\` may decide.`;
  }
  if (spec.approvals.identity === 'verified' && needsIdentity.has(click.action)) {
    return `The spec of ${service} wants who decides to sign in (\`identity: verified\`), which a Slack button cannot. Use your personal link.`;
  }
  if (hurries.has(click.action) && askedBy(person, state.requestedBy)) {
    return `${person.name} asked for this rollout, and who asked cannot hurry it on. Somebody else has to.`;
  }
  if (isCurrent(click, state)) return person;
  const before = decisionSince(state, click);
  const what =
    before === undefined
      ? `It is ${state.phase} now`
      : `${deciderOf(before.by, before.how)} ${before.answer} at ${before.at}`;
  const offers = offersOf(state).map(({ action }) => action);
  const can = offers.length === 0 ? '' : ' The head of the thread has the buttons for how it stands now.';
  return `This button is for an earlier state of ${rolloutId}. ${what}.${can}`;
}

/** The newest decision, where one was made after the message with the button: the count of commands, or the phase, has moved. */
function decisionSince({ decisions = [] }: RolloutState, { action }: SlackClick): Decision | undefined {
  const isApproval = action === 'approve' || action === 'reject';
  return decisions.findLast(({ point }) => (point === 'approval') === isApproval);
}

function act(
  { rollout, action }: SlackClick,
  { name: by, ...rest }: Person,
  reason: string | undefined,
  needs: CommandNeeds,
): Promise<Decided> {
  const told = reason === undefined || reason === '' ? {} : { reason };
  if (action === 'approve' || action === 'reject') {
    return answerApproval(rollout, { name: by, ...rest }, action, { how: 'slack', ...told }, needs);
  }
  if (action === 'take') return takeAlert(rollout, { by, how: 'slack' }, needs);
  return commandRollout(rollout, action, { by, how: 'slack', ...told }, needs);
}

/** The dialog needs the bot token of the channel on which the button stood. */
async function askWhy(
  state: RolloutState,
  click: SlackClick,
  triggerId: string,
  replies: SlackReplies,
): Promise<boolean> {
  const channel = state.spec.notifications.channels.find(({ name }) => name === click.channel);
  if (channel?.type !== 'slack' || triggerId === '') return false;
  const image = state.image.tag ?? state.image.digest.slice(0, 19);
  const about = `${state.service}: ${image}, asked for by ${state.requestedBy}. It is ${state.phase}, green gets ${state.weight} %.`;
  return replies.open(channel.token, triggerId, reasonDialog(click, about));
}

function otherWay({ action, rollout }: SlackClick): string {
  return `Use your personal link, or: sluice ${action} ${rollout} --reason '…'`;
}

const done: Readonly<Record<SlackClick['action'], string>> = {
  approve: 'You have approved it.',
  reject: 'You have rejected it.',
  resume: 'It goes on at its next look.',
  promote: 'The rest of the step is skipped at the next look, unless a gate fails there.',
  promoteFully: 'All steps up to the last one are skipped at the next look, unless a gate fails there.',
  pause: 'It is paused: no traffic is shifted until it is resumed.',
  abort: 'It is being rolled back.',
  take: 'It is yours: nobody is reminded of it any more.',
};

function doneText({ action, rollout }: SlackClick, { name }: Person): string {
  return `${done[action]} The record of ${rollout} says so, in the name of ${name}.`;
}
