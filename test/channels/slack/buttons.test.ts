import { describe, expect, test } from '@jest/globals';
import { clickOf } from '../../../local/inbox/slack-clicks.ts';
import { slackApp, withButtons } from './slack-app.ts';

type App = Awaited<ReturnType<typeof slackApp>>;

const last = async ({ journey }: App) => (await journey.world.store.events(journey.rolloutId, 0)).at(-1)?.event;
const phase = async ({ journey }: App) => (await journey.stored()).state.phase;
const labels = async (app: App) => (await app.buttons()).map(({ label }) => label);

describe('a rollout that waits for approval', () => {
  test('is approved by its people with one click each, and the record says how they were told', async () => {
    const app = await slackApp('checked');
    expect(await labels(app)).toEqual(['Approve', 'Reject…', 'Pause', 'Roll back…']);

    for (const user of ['U0ANA', 'U0BEN', 'U0CLEO']) {
      expect(await app.click(user, 'approve')).toMatchObject({ statusCode: 200, body: '' });
    }
    expect(await phase(app)).toBe('checking');
    const events = await app.journey.world.store.events(app.journey.rolloutId, 0);
    expect(events.filter(({ event }) => event.type === 'Approved').map(({ event }) => event)).toMatchObject([
      { by: 'Ana', how: 'slack', roles: ['tech-lead'] },
      { by: 'Ben', how: 'slack' },
      { by: 'Cleo', how: 'slack' },
    ]);
    expect(app.inbox.slack.notices.at(-1)).toContain('You have approved it.');
  });

  test('is rejected with a reason, which a dialog asks for', async () => {
    const app = await slackApp('checked');
    await app.click('U0ANA', 'reject');
    expect(await phase(app)).toBe('awaitingApproval');
    expect(app.inbox.slack.dialogs).toMatchObject([
      { title: 'Reject', words: expect.stringContaining('web') as unknown },
    ]);

    expect(await app.submit('U0ANA', 'not before the holidays')).toMatchObject({
      statusCode: 200,
      body: '{"response_action":"clear"}',
    });
    expect(await last(app)).toMatchObject({
      type: 'RolloutRejected',
      by: 'Ana',
      how: 'slack',
      reason: 'not before the holidays',
    });
  });

  test('an empty reason is no reason: the dialog says so, and nothing is decided', async () => {
    const app = await slackApp('checked');
    await app.click('U0ANA', 'reject');

    expect(JSON.parse((await app.submit('U0ANA', '   ')).body)).toEqual({
      response_action: 'errors',
      errors: { reason: 'Rejecting needs a comment: say why.' },
    });
    expect(await phase(app)).toBe('awaitingApproval');
  });

  test.each([
    ['who asked for it', 'U0CLEO', 'ci', 'the requester cannot let traffic in'],
    ['somebody without a role that is asked for', 'U0EVE', 'ada', 'reader'],
    ['a member of Slack whom the spec does not name', 'U0MALLORY', 'ada', 'names no one with the Slack id U0MALLORY'],
  ])('is not approved by %s', async (_, user, requestedBy, said) => {
    const app = await slackApp('checked', { spec: withButtons(), requestedBy });
    await app.click(user, 'approve');

    expect(await phase(app)).toBe('awaitingApproval');
    expect(app.inbox.slack.notices).toEqual([expect.stringContaining(said)]);
  });

  test('one person does not fill two roles', async () => {
    const app = await slackApp('checked');
    await app.click('U0DAN', 'approve');
    await app.click('U0DAN', 'approve');

    expect(app.inbox.slack.notices.at(-1)).toContain('Dan approved at');
    expect(await phase(app)).toBe('awaitingApproval');
  });

  test('where people have to sign in, a button does not approve', async () => {
    const people = [{ name: 'Ana', roles: ['tech-lead'], slack: 'U0ANA', mail: 'ana@example.com' }];
    const spec = withButtons({ people, required: ['tech-lead'], identity: 'verified' });
    const app = await slackApp('checked', { spec });
    await app.click('U0ANA', 'approve');

    expect(await phase(app)).toBe('awaitingApproval');
    expect(app.inbox.slack.notices).toEqual([expect.stringContaining('Use your personal link')]);
  });
});

describe('a rollout under way', () => {
  test('is paused, resumed and promoted, each by a click', async () => {
    const app = await slackApp('shifted');
    expect(await labels(app)).toEqual(['Promote', 'Promote fully', 'Pause', 'Roll back…']);

    await app.click('U0ANA', 'pause');
    expect(await last(app)).toMatchObject({ type: 'RolloutPaused', by: 'Ana', how: 'slack' });
    expect(await labels(app)).toEqual(['Resume', 'Roll back…', 'Take it']);
    await app.click('U0BEN', 'resume');
    expect(await last(app)).toMatchObject({ type: 'RolloutResumed', by: 'Ben' });
    await app.click('U0BEN', 'promote');
    expect(await last(app)).toMatchObject({ type: 'StepPromoted', step: 0, full: false, by: 'Ben', how: 'slack' });
  });

  test('is rolled back with a reason, and the machine is started at once', async () => {
    const app = await slackApp('shifted');
    await app.click('U0ANA', 'abort');
    expect(app.journey.world.startedRollbacks).toEqual([]);
    await app.submit('U0ANA', 'customers complain');

    expect(await last(app)).toMatchObject({ type: 'RollbackRequested', by: 'Ana', how: 'slack' });
    expect(app.journey.world.startedRollbacks).toMatchObject([{ input: { by: 'Ana', reason: 'customers complain' } }]);
  });

  test('who asked for it cannot hurry it on, but may hold it', async () => {
    const app = await slackApp('shifted', { requestedBy: 'ana@example.com' });
    await app.click('U0ANA', 'promote');
    expect(app.inbox.slack.notices.at(-1)).toContain('the requester cannot let traffic in');
    await app.click('U0ANA', 'pause');

    expect(await last(app)).toMatchObject({ type: 'RolloutPaused', by: 'Ana' });
  });

  test('an alert is taken by a click, once', async () => {
    const app = await slackApp('shifted');
    await app.journey.append({ type: 'RollbackRequested', reason: 'too many errors', by: 'the rollout' });
    const [take] = await app.buttons();
    expect(take?.label).toBe('Take it');
    await app.click('U0BEN', 'take');
    expect(await last(app)).toEqual({ type: 'AlertTaken', by: 'Ben', how: 'slack' });

    if (take !== undefined) await app.send(clickOf(take, app.clicker('U0ANA')));
    expect(app.inbox.slack.notices.at(-1)).toContain('Ben took it at');
  });

  test('where Slack opens no dialog, the one who clicked is told another way', async () => {
    const app = await slackApp('shifted');
    app.inbox.faults.set({ vendor: 'slack', kind: 'strict', retryAfterSeconds: 1, times: 1 });
    await app.click('U0ANA', 'abort');

    expect(app.inbox.slack.notices).toEqual([expect.stringContaining('sluice abort')]);
  });

  test('an answer that Slack does not take changes nothing of what was done', async () => {
    const app = await slackApp('shifted');
    app.inbox.faults.set({ vendor: 'slack', kind: 'dead', retryAfterSeconds: 1 });

    expect(await app.click('U0ANA', 'pause')).toMatchObject({ statusCode: 200 });
    expect(await last(app)).toMatchObject({ type: 'RolloutPaused' });
    expect(app.failures).toEqual(['the one who clicked was not told']);
  });
});

describe('a button of before', () => {
  test('skips no other step than the one that it was shown for', async () => {
    const app = await slackApp('shifted');
    const old = (await app.buttons()).filter(({ action }) => action.startsWith('sluice.promote'));
    await app.journey.append(
      { type: 'StepPassed', step: 0, weight: 10 },
      { type: 'TrafficShifted', step: 1, weight: 50 },
    );
    for (const button of old) await app.send(clickOf(button, app.clicker('U0ANA')));

    expect(old).toHaveLength(2);
    expect(await last(app)).toMatchObject({ type: 'TrafficShifted' });
    expect(app.inbox.slack.notices.at(-1)).toContain('This button is for an earlier state');
  });

  test('says who decided what and when', async () => {
    const app = await slackApp('shifted');
    const [promote] = await app.buttons();
    await app.click('U0BEN', 'pause');
    if (promote !== undefined) await app.send(clickOf(promote, app.clicker('U0ANA')));

    expect(app.inbox.slack.notices.at(-1)).toMatch(/Ben \(by Slack\) paused at 2026-/);
  });

  test.each(['pause', 'abort'])('still lets somebody %s: what makes it safer is meant in any state', async (action) => {
    const app = await slackApp('shifted');
    const old = (await app.buttons()).find((one) => one.action === `sluice.${action}`);
    await app.journey.append(
      { type: 'StepPassed', step: 0, weight: 10 },
      { type: 'TrafficShifted', step: 1, weight: 50 },
    );
    if (old !== undefined) await app.send(clickOf(old, app.clicker('U0ANA')));
    if (action === 'abort') await app.submit('U0ANA', 'because');

    expect(await last(app)).toMatchObject({ type: action === 'pause' ? 'RolloutPaused' : 'RollbackRequested' });
  });

  test('of a rollout that has ended does nothing', async () => {
    const app = await slackApp('checked');
    const old = await app.buttons();
    await app.click('U0ANA', 'reject');
    await app.submit('U0ANA', 'no');
    for (const button of old) await app.send(clickOf(button, app.clicker('U0BEN')));
    await app.submit('U0BEN', 'me too');

    expect(await last(app)).toMatchObject({ type: 'RolloutRejected', by: 'Ana' });
    expect(await app.buttons()).toEqual([]);
  });
});

test('two who click at once: one decides, and the other learns of it', async () => {
  const app = await slackApp('shifted');
  const pause = (await app.buttons()).find(({ action }) => action === 'sluice.pause');
  if (pause === undefined) throw new Error('no button');
  await Promise.all(['U0ANA', 'U0BEN'].map((user) => app.send(clickOf(pause, app.clicker(user)))));

  const events = await app.journey.world.store.events(app.journey.rolloutId, 0);
  expect(events.filter(({ event }) => event.type === 'RolloutPaused')).toHaveLength(1);
  expect(app.inbox.slack.notices.toSorted()).toEqual([
    expect.stringContaining('It is paused'),
    expect.stringContaining('paused already'),
  ]);
});
