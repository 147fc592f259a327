import { describe, expect, test } from '@jest/globals';
import { personalWays } from '../../../lib/messages/personal.ts';
import { awaitApproval } from '../../../lib/usecases/people/await-approval.ts';
import { deliver } from '../../../lib/usecases/notifying/deliver.ts';
import { TryLater } from '../../../lib/usecases/notifying/try-later.ts';
import { publishTransitions } from '../../../lib/usecases/notifying/publish-transitions.ts';
import { MemoryDeliveryMarks } from '../../model/memory-delivery-marks.ts';
import { MemoryLinks, MemoryMac } from '../../model/memory-links.ts';
import { modelSpec } from '../../model/model-world.ts';
import { type Journey, journeyTo, people } from '../journey.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { everyChannel, inboxChannels } from '../../channels/inbox-channels.ts';

const slackIds = ['U0ANA', 'U0BEN', 'U0CLEO', 'U0DAN'];
/** Where Slack shows what is posted to a member. */
const direct = slackIds.map((id) => `D${id}`);
const reachable = people.map((person, index) => ({ ...person, slack: slackIds[index] }));
const specWith = (approvals: Readonly<Record<string, unknown>>) =>
  modelSpec({ approvals: { people: reachable, ...approvals }, notifications: { channels: everyChannel } });

/** A journey whose hints go to every channel, as the queue would hand them on. */
function listening(journey: Journey) {
  const { store, outbox, now, installation } = journey.world;
  const { inbox, events, notifier } = inboxChannels(() => journey.world.time);
  const issuer = { mac: new MemoryMac(), links: new MemoryLinks(), linksUrl: 'https://links.example.com' };
  const world = { store, outbox, now, installation, notifier, marks: new MemoryDeliveryMarks(), issuer };
  const hear = async (times = 1) => {
    await publishTransitions({ rolloutId: journey.rolloutId }, journey.world);
    const hints = journey.world.hints.splice(0).flatMap((hint) => Array.from({ length: times }, () => hint));
    for (const hint of hints) {
      // What a vendor did not take comes again later.
      await deliver({ ...hint }, world).catch((error: unknown) => {
        if (!(error instanceof TryLater)) throw error;
        hints.push(hint);
        journey.world.time += 60_000;
      });
    }
  };
  const withLinks = () =>
    inbox.received.all().flatMap(({ vendor, place, text, content }) => {
      const said = `${text} ${JSON.stringify(content)}`;
      const url = /https:\/\/links\.example\.com\/decide\/[\w-]{64}/.exec(said)?.[0];
      return url === undefined ? [] : [{ vendor, place, url }];
    });
  return { hear, withLinks, inbox, events, issuer, world };
}

async function asked(approvals: Readonly<Record<string, unknown>> = {}) {
  const journey = await journeyTo('checked', { spec: specWith(approvals) });
  await awaitApproval({ ...journey.owned, taskToken: 'token' }, journey.world);
  return { journey, ...listening(journey) };
}

describe('personal links', () => {
  test('reach each person by direct message, each their own, and no channel', async () => {
    const { hear, withLinks, events, inbox } = await asked();
    await hear();
    const places = withLinks().map(({ vendor, place }) => `${vendor} ${place}`);

    expect(places.toSorted()).toEqual(direct.map((id) => `slack ${id}`).toSorted());
    expect(new Set(withLinks().map(({ url }) => url)).size).toBe(people.length);
    // The channels did hear that people are asked.
    expect(inbox.received.all().filter(({ place }) => place === 'C0CHAT').length).toBeGreaterThan(0);
    expect(JSON.stringify(events)).not.toContain('/decide/');
  });

  test('reach by mail whom Slack does not reach: without an id there, or where it refuses', async () => {
    const withoutSlack = people.map((person, index) => (index === 0 ? person : { ...person, slack: slackIds[index] }));
    const mailed = await asked({ people: withoutSlack });
    await mailed.hear();
    expect(mailed.withLinks().map(({ place }) => place)).toEqual(
      expect.arrayContaining(['ana@example.com', ...direct.slice(1)]),
    );
    expect(mailed.withLinks()).toHaveLength(people.length);

    const refused = await asked();
    refused.inbox.faults.set({ vendor: 'slack', kind: 'dead', retryAfterSeconds: 1, times: 40 });
    await refused.hear();
    await refused.hear();
    const mails = refused.withLinks().filter(({ vendor }) => vendor === 'mail');
    expect(mails.map(({ place }) => place).toSorted()).toEqual(people.map(({ mail }) => mail).toSorted());
  });

  test('are sent once, however often the queue delivers, and again as the same where a try got no answer', async () => {
    const { hear, withLinks } = await asked();
    await hear(3);
    expect(withLinks()).toHaveLength(people.length);

    const mailed = await asked({ people });
    mailed.inbox.faults.set({ vendor: 'mail', kind: 'deaf', retryAfterSeconds: 1, times: 1 });
    await mailed.hear(3);
    const anas = mailed.withLinks().filter(({ place }) => place === 'ana@example.com');
    expect(anas).toHaveLength(2);
    expect(new Set(anas.map(({ url }) => url)).size).toBe(1);
    expect(mailed.withLinks()).toHaveLength(people.length + 1);
  });

  test('are not sent to who has decided, nor to anybody once nothing is left to decide', async () => {
    const { journey, hear, withLinks } = await asked();
    await journey.append({ type: 'Approved', by: 'Ana', roles: ['tech-lead'], how: 'command' });
    await hear();
    expect(withLinks().map(({ place }) => place)).not.toContain('DU0ANA');
    expect(withLinks().map(({ place }) => place)).toContain('DU0BEN');

    const over = await asked();
    await over.journey.append({ type: 'RolloutRejected', reason: 'no', results: [], by: 'Ben', how: 'command' });
    await over.hear();
    expect(over.withLinks()).toEqual([]);
  });

  test('to skip, pause or roll back come once a rollout, unless the spec does without', async () => {
    const journey = await journeyTo('shifted', { spec: specWith({ required: [] }) });
    const skips = listening(journey);
    await skips.hear();
    expect(skips.withLinks()).toHaveLength(people.length);
    await journey.append(
      { type: 'RolloutPaused', by: 'Ana', how: 'link' },
      { type: 'RolloutResumed', by: 'Ana', how: 'link' },
      { type: 'StepPassed', step: 0, weight: 10 },
    );
    await shiftTraffic({ ...journey.owned, step: 1 }, journey.world);
    await skips.hear();
    expect(skips.withLinks()).toHaveLength(people.length);

    const silent = listening(await journeyTo('shifted', { spec: specWith({ required: [], controlLinks: false }) }));
    await silent.hear();
    expect(silent.withLinks()).toEqual([]);
  });

  test('for a question come besides the one for the whole rollout', async () => {
    const journey = await journeyTo('shifted', { spec: specWith({ required: [] }) });
    const { hear, withLinks } = listening(journey);
    await hear();
    const until = new Date(journey.world.time + 3600_000).toISOString();
    await journey.append({ type: 'DecisionRequested', step: 0, reason: 'too few', asked: ['Ben'], until });
    await hear();
    const bens = withLinks().filter(({ place }) => place === 'DU0BEN');

    expect(new Set(bens.map(({ url }) => url)).size).toBe(2);
  });

  test('come from the sender that the spec names for them', () => {
    const { approvals, notifications } = specWith({ from: 'approvals@example.com' });
    const senders = personalWays({ approvals, notifications }).flatMap(({ channel }) =>
      channel.type === 'mail' ? [channel.from] : [],
    );
    expect(new Set(senders)).toEqual(new Set(['approvals@example.com']));
  });
});
