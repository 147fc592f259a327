import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { slackInteractionOf } from '../../../lib/channels/slack/interaction.ts';
import { answerSlack } from '../../../lib/usecases/people/answer-slack.ts';
import { commandNeeds } from '../../../lib/usecases/people/command-rollout.ts';
import { clickOf } from '../../../local/inbox/slack-clicks.ts';
import { journeyTo } from '../../usecases/journey.ts';
import { signingSecret, withButtons } from './slack-app.ts';

/** A click of Ana, whose workspace Slack names so. */
async function pauseFrom(user: object, team: unknown, slackTeam: string | undefined) {
  const person = { name: 'Ana', roles: ['qa'], slack: 'U0ANA', ...(slackTeam !== undefined && { slackTeam }) };
  const journey = await journeyTo('shifted', { spec: withButtons({ people: [person], required: [] }) });
  const value = JSON.stringify({ rollout: journey.rolloutId, point: 'step-0.command-0', channel: 'chat' });
  const clicker = { user: 'U0ANA', signingSecret, now: journey.world.time, trigger: 't1' };
  const { body } = clickOf({ action: 'sluice.pause', value, label: 'Pause' }, clicker);
  const payload = z.looseObject({}).parse(JSON.parse(new URLSearchParams(body).get('payload') ?? '{}'));
  const changed = JSON.stringify({ ...payload, user: { id: 'U0ANA', ...user }, team });
  const interaction = slackInteractionOf(new URLSearchParams({ payload: changed }).toString());
  if (interaction === undefined) throw new Error('this is no click of ours');
  const told: string[] = [];
  const replies = {
    open: () => Promise.resolve(false),
    tell: (_: string, text: string) => {
      told.push(text);
      return Promise.resolve();
    },
  };
  await answerSlack(interaction, { needs: commandNeeds(journey.world), replies });
  return { by: (await journey.stored()).state.paused?.by, told: told.join() };
}

describe('a click', () => {
  test.each<[string, object, unknown, string | undefined, string | undefined]>([
    ['from the workspace of the spec', { team_id: 'T0OURS' }, { id: 'T0OURS' }, 'T0OURS', 'Ana'],
    ['in a shared channel, by our member', { team_id: 'T0OURS' }, { id: 'T0THEIRS' }, 'T0OURS', 'Ana'],
    ['whose member has no workspace, in ours', {}, { id: 'T0OURS' }, 'T0OURS', 'Ana'],
    ['from another workspace', { team_id: 'T0EVIL' }, { id: 'T0EVIL' }, 'T0OURS', undefined],
    ['in our channel, by a member of another', { team_id: 'T0EVIL' }, { id: 'T0OURS' }, 'T0OURS', undefined],
    ['without a workspace', {}, null, 'T0OURS', undefined],
    ['from anywhere, where the spec names no workspace', { team_id: 'T0EVIL' }, null, undefined, 'Ana'],
  ])('%s', async (_, user, team, slackTeam, expected) => {
    const { by, told } = await pauseFrom(user, team, slackTeam);

    expect(by).toBe(expected);
    expect(told).toContain(expected === undefined ? 'from the Slack workspace T0OURS alone' : 'It is paused');
  });
});
