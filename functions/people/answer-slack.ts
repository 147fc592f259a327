import { now } from '../../lib/runtime/world/clock.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { slackIds, slackReplying, slackSigningSecret } from '../../lib/runtime/world/slack.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { slackHandler } from '../../lib/runtime/slack-handler.ts';
import { answerSlack } from '../../lib/usecases/people/answer-slack.ts';
import { commandNeeds } from '../../lib/usecases/people/command-rollout.ts';

/** No button starts a rollout, and its role may not. */
const needs = commandNeeds({ store, rollbacks, now });

/** Trigger: somebody clicked a button in Slack, or sent a dialog off. */
export const handler = slackHandler({ signingSecret: slackSigningSecret, ids: slackIds, now }, (interaction) =>
  answerSlack(interaction, { needs, replies: slackReplying }),
);
