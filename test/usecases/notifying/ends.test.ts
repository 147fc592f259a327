import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { Desk, emergency, goingBack } from './desk.ts';
import { everyChannel } from '../../channels/inbox-channels.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

const restored = { type: 'TrafficRestored', rules: 1 } as const;
const rolledBack = { type: 'RolledBack', reason: 'too many errors' } as const;

/** Everything that reached people, by where it arrived: the sentence alone. */
function received(): Readonly<Record<string, readonly string[]>> {
  const shown = desk.channels.inbox.received.all().filter(({ key }) => key !== 'head');
  const byPlace = Map.groupBy(shown, ({ vendor, place }) => (vendor === 'slack' ? place : vendor));
  return Object.fromEntries([...byPlace].map(([place, list]) => [place, list.map(({ text }) => text)]));
}

const alerts = () =>
  desk.channels.inbox.pagerDuty.alerts.map(({ key, status, severity }) => [key.split('/').at(-1), severity, status]);

async function tellAll(...events: readonly RolloutEvent[]): Promise<void> {
  for (const event of events) {
    desk.now += 1000;
    await desk.tell(event);
    await desk.pump();
  }
}

describe('an emergency after a rollback that a person took', () => {
  test('opens an incident of its own in PagerDuty, and each is resolved when it is over', async () => {
    await desk.open();
    await tellAll(goingBack, { type: 'AlertTaken', by: 'ada' });
    expect(alerts()).toEqual([['RollbackRequested', 'warning', 'acknowledged']]);

    await tellAll(emergency, { ...emergency, attempt: 2 });
    expect(alerts()).toEqual([
      ['RollbackRequested', 'warning', 'acknowledged'],
      ['TrafficNotRestored', 'critical', 'triggered'],
    ]);

    await tellAll(restored, { type: 'BlueNotHealthy', reason: 'it answers 500' });
    expect(alerts()).toEqual([
      ['RollbackRequested', 'warning', 'acknowledged'],
      ['TrafficNotRestored', 'critical', 'resolved'],
      ['BlueNotHealthy', 'critical', 'triggered'],
    ]);

    await tellAll({ type: 'BlueVerified', healthy: 2 }, { type: 'GreenRemoved' }, rolledBack);
    expect(alerts().map(([, , status]) => status)).toEqual(['resolved', 'resolved', 'resolved']);
  });

  test('a rollback that succeeds by itself opens one alert, a warning', async () => {
    await desk.open();
    await tellAll(goingBack, restored, { type: 'BlueVerified', healthy: 2 }, { type: 'GreenRemoved' }, rolledBack);

    expect(alerts()).toEqual([['RollbackRequested', 'warning', 'resolved']]);
  });

  test('one that comes again after it was over pages again', async () => {
    await desk.open();
    await tellAll(goingBack, emergency, restored, { ...emergency, attempt: 2 });

    expect(alerts().slice(1)).toEqual([
      ['TrafficNotRestored', 'critical', 'resolved'],
      ['TrafficNotRestored', 'critical', 'triggered'],
    ]);
  });
});

describe('who was notified of an emergency is notified of its end', () => {
  const isTold = (place: string, text: string) => received()[place]?.some((one) => one.includes(text)) ?? false;
  const people = ['C0CHAT', 'C0CRITICAL', 'slack-webhook', 'mail', 'webhook'];

  test.each([
    ['TrafficNotRestored', emergency, restored, "Blue's weights are back"],
    [
      'BlueNotHealthy',
      { type: 'BlueNotHealthy', reason: 'it answers 500' },
      { type: 'BlueVerified', healthy: 2 },
      '2 healthy',
    ],
    [
      'RollbackAttemptFailed',
      { type: 'RollbackAttemptFailed', execution: 'x', status: 'FAILED', reason: 'no', next: 'again' },
      rolledBack,
      'Rolled back',
    ],
  ] as const)('on every channel of its row, which hears of nothing else: %s', async (type, opening, ending, text) => {
    await desk.open({ routes: [{ severity: ['critical'], to: everyChannel.map(({ name }) => name) }, { to: [] }] });
    await tellAll(goingBack, opening, ending);

    for (const place of people) expect([place, isTold(place, text)]).toEqual([place, true]);
    expect(alerts()).toEqual([[type, 'critical', 'resolved']]);
    const [head] = desk.posts('C0CRITICAL');
    expect(head?.words).not.toContain('critical');
    // Those who do not follow the thread see the end, too.
    expect(desk.posts('C0CRITICAL').at(-1)?.isBroadcast).toBe(true);
  });

  test.each([
    ['TrafficStrayed', 1, { type: 'TrafficStrayed', rules: ['rule had 50'] }, { type: 'WeightsAsRecorded' }],
    ['OthersChangesLost', 0, { type: 'OthersChangesLost', rules: ['rule arn had x and has y'] }, undefined],
  ] as const)('also after the end of the rollout: %s', async (type, afterEnd, opening, ending) => {
    await desk.open({ routes: [{ severity: ['critical'], to: everyChannel.map(({ name }) => name) }, { to: [] }] });
    const events = afterEnd === 1 ? [rolledBack, opening] : [opening, rolledBack];
    await tellAll(goingBack, ...events);
    expect(alerts()).toEqual([[type, 'critical', 'triggered']]);
    await tellAll(ending ?? { type: 'OthersChangesBack', rules: ['rule arn'] });

    for (const place of people) expect([place, isTold(place, `This ends ${type}`)]).toEqual([place, true]);
    expect(alerts()).toEqual([[type, 'critical', 'resolved']]);
  });

  test('where its end is muted or falls into quiet hours', async () => {
    const quiet = { routes: [{ severity: ['critical'], to: ['post'] }, { to: [] }], mute: [{}] };
    await desk.open({ ...quiet, quietHours: [{ from: '00:00', to: '23:59' }] });
    await tellAll(goingBack, emergency, restored);

    expect(received()).toMatchObject({
      mail: [expect.stringContaining('EMERGENCY'), expect.stringContaining('This ends TrafficNotRestored')],
    });
  });

  test('and who was not notified of it is not', async () => {
    await desk.open({
      routes: [{ severity: ['critical'], to: ['post', 'hook'] }, { to: [] }],
      mute: [{ severity: ['critical'], channels: ['hook'] }],
    });
    await tellAll(goingBack, emergency, restored);

    expect(Object.keys(received())).toEqual(['mail']);
  });

  test('by escalation: the channel that got it because no other one did', async () => {
    await desk.open({ routes: [{ severity: ['critical'], to: ['pager', 'post'], fallback: ['chat'] }, { to: [] }] });
    desk.fault('pagerduty', 'dead');
    desk.fault('mail', 'dead');
    await tellAll(goingBack, emergency);
    expect(received()).toEqual({ C0CHAT: [expect.stringContaining('No other channel took this')] });

    desk.channels.inbox.faults.clear();
    await tellAll(restored);
    expect(received()['C0CHAT']?.at(-1)).toContain('This ends TrafficNotRestored');
    expect(received()['mail']).toHaveLength(2);
    expect(alerts()).toEqual([['TrafficNotRestored', 'critical', 'resolved']]);
  });

  test('an escalation that comes after the end says that it is over, and leaves no alert open', async () => {
    await desk.open({ routes: [{ severity: ['critical'], to: ['post'], fallback: ['chat', 'pager'] }, { to: [] }] });
    await tellAll(goingBack, emergency, restored);
    for (const channel of ['chat', 'pager']) await desk.deliver(channel, { kind: 'escalation', sequence: 3 });

    expect(received()['C0CHAT']).toEqual([expect.stringContaining('It is over since 2026-03-01 10:00:03 UTC')]);
    expect(alerts()).toEqual([]);
  });

  test('by a reminder, which quiet hours had silenced at first', async () => {
    const window = { from: '10:00', to: '10:01', silences: ['critical'] };
    await desk.open({ routes: [{ severity: ['critical'], to: ['post'] }, { to: [] }], quietHours: [window] });
    await tellAll(goingBack, emergency);
    expect(received()).toEqual({});
    desk.now += 300_000;
    await desk.deliver('post', {
      kind: 'reminder',
      type: 'TrafficNotRestored',
      at: '2026-03-01T10:00:02.000Z',
      turn: 1,
    });
    await tellAll(restored);

    expect(received()['mail']).toHaveLength(2);
  });

  test('and of who takes it', async () => {
    await desk.open({ routes: [{ severity: ['critical'], to: ['post', 'critical'] }, { to: [] }] });
    await tellAll(goingBack, emergency, { type: 'AlertTaken', by: 'ada', note: 'on it' });

    for (const place of ['mail', 'C0CRITICAL']) expect(isTold(place, 'ada takes it: on it')).toBe(true);
  });
});

describe('the head of a thread', () => {
  test('is updated in every channel that has one, also where nothing is posted any more', async () => {
    await desk.openReturn({ routes: [{ events: ['RolloutOpened'], to: ['chat', 'critical'] }, { to: ['chat'] }] });
    await desk.pump();
    await tellAll(goingBack);
    expect(desk.posts('C0CRITICAL')).toHaveLength(2);
    expect(desk.posts('C0CRITICAL')[0]?.words).toContain('State: rolling back');

    await tellAll(restored, rolledBack);
    expect(desk.posts('C0CRITICAL')).toHaveLength(2);
    for (const channel of ['C0CHAT', 'C0CRITICAL']) {
      expect(desk.posts(channel)[0]?.words).toContain('State: rolled back');
    }
  });

  test('is updated later where Slack asks for patience, and not posted again where it was deleted', async () => {
    await desk.open({ routes: [{ events: ['RolloutOpened'], to: ['critical'] }, { to: [] }] });
    await desk.pump();
    await desk.tell(goingBack);
    desk.fault('slack', 'busy', { times: 1, method: 'chat.update', retryAfterSeconds: 7 });
    expect(await desk.deliver('critical')).toBe(7);
    expect(await desk.deliver('critical')).toBeUndefined();
    expect(desk.posts('C0CRITICAL')[0]?.words).toContain('State: rolling back');

    desk.channels.inbox.slack.posts.splice(0);
    await tellAll(rolledBack);
    expect(desk.posts('C0CRITICAL')).toEqual([]);
  });
});
