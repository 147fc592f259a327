import type { Context } from 'aws-lambda';
import { slackReplies } from '../../../lib/channels/slack/web-replies.ts';
import { slackHandler } from '../../../lib/runtime/slack-handler.ts';
import { answerSlack } from '../../../lib/usecases/people/answer-slack.ts';
import { commandNeeds } from '../../../lib/usecases/people/command-rollout.ts';
import { actionsBlock } from '../../../lib/channels/slack/actions.ts';
import { offersOf } from '../../../lib/approval/offers.ts';
import { clickOf, type Clicker, type SlackClickRequest, submissionOf } from '../../../local/inbox/slack-clicks.ts';
import type { InboxButton } from '../../../local/inbox/slack-rules.ts';
import { modelSpec } from '../../model/model-world.ts';
import { MemoryOneTimeIds } from '../../model/memory-one-time-ids.ts';
import { everyChannel, inboxChannels } from '../inbox-channels.ts';
import { type Circumstances, type Journey, journeyTo, people, type Stage } from '../../usecases/journey.ts';

export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';

/** The people of the journeys, with members of Slack: Ana is U0ANA, and so on; Eve has no role that is asked for. */
const members = [
  ...people.map((person) => ({ ...person, slack: `U0${person.name.toUpperCase()}` })),
  { name: 'Eve', roles: ['reader'], slack: 'U0EVE' },
];

export const withButtons = (approvals: Readonly<Record<string, unknown>> = {}) =>
  modelSpec({
    approvals: { people: members, ...approvals },
    notifications: { channels: everyChannel.map((one) => (one.name === 'chat' ? { ...one, buttons: true } : one)) },
  });

/** A rollout with people in Slack, and the door that their clicks come through. */
export async function slackApp(stage: Stage, circumstances: Circumstances = {}) {
  // Only what stops at its approval needs anybody's.
  const spec = withButtons(stage === 'checked' ? {} : { required: [] });
  const journey = await journeyTo(stage, { spec, ...circumstances });
  const { world } = journey;
  const clock = { now: Date.parse('2026-03-01T10:30:00.000Z') };
  const { inbox, world: channels } = inboxChannels(() => clock.now);
  const failures: string[] = [];
  const replies = slackReplies({
    baseUrl: channels.slackUrl,
    secrets: channels.secrets,
    fetchIt: channels.fetchIt,
    redirected: (url) => url,
    onFailure: (what) => failures.push(what),
  });
  const ids = new MemoryOneTimeIds();
  const secret = { reads: 0 };
  const readSecret = () => {
    secret.reads += 1;
    return Promise.resolve(signingSecret);
  };
  const handler = slackHandler({ signingSecret: readSecret, ids, now: () => new Date(clock.now) }, (interaction) =>
    answerSlack(interaction, { needs: commandNeeds(world), replies }),
  );
  let triggers = 0;
  const clicker = (user: string): Clicker => {
    triggers += 1;
    return { user, signingSecret, now: clock.now, trigger: `trigger${triggers}` };
  };
  const send = async ({ headers, body }: SlackClickRequest) =>
    // Middleware asks nothing of the context but the names of function and request.
    handler({ httpMethod: 'POST', headers, body, isBase64Encoded: false }, { awsRequestId: 'r' } as Context);
  return {
    journey,
    inbox,
    clock,
    failures,
    /** How often the signing secret was asked for. */
    secret,
    handler,
    clicker,
    send,
    /** The buttons that Slack shows for the rollout as it stands. */
    buttons: () => buttonsFor(journey),
    click: async (user: string, action: string) => {
      const found = (await buttonsFor(journey)).find((one) => one.action === `sluice.${action}`);
      if (found === undefined) throw new Error(`there is no button ${action}`);
      return send(clickOf(found, clicker(user)));
    },
    /** Sends the newest dialog off. */
    submit: (user: string, reason: string) => {
      const dialog = inbox.slack.dialogs.at(-1);
      if (dialog === undefined) throw new Error('no dialog is open');
      return send(submissionOf(dialog, reason, clicker(user)));
    },
  };
}

/** Buttons as they stand in a message. */
async function buttonsFor(journey: Journey): Promise<readonly InboxButton[]> {
  const { state } = await journey.stored();
  const block = actionsBlock(state.rolloutId, 'chat', offersOf(state));
  return (block?.elements ?? []).map(({ action_id: action, text, value }) => ({ action, label: text.text, value }));
}
