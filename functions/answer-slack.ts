import { now } from '../lib/aws/world/clock.ts';
import { rollbacks } from '../lib/aws/world/rollbacks.ts';
import { slackIds, slackReplying, slackSigningSecret } from '../lib/aws/world/slack.ts';
import { store } from '../lib/aws/world/store.ts';
import { slackHandler } from '../lib/runtime/slack-handler.ts';
import { answerSlack } from '../lib/tasks/answer-slack.ts';
import { commandNeeds } from '../lib/tasks/command-rollout.ts';

/** No button starts a rollout, and its role may not. */
const needs = commandNeeds({ store, rollbacks, now });

/** Trigger: somebody clicked a button in Slack, or sent a dialog off. */
export const handler = slackHandler({ signingSecret: slackSigningSecret, ids: slackIds, now }, (interaction) =>
  answerSlack(interaction, { needs, replies: slackReplying }),
);
