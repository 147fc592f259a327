import { beforeEach, describe, expect, test } from '@jest/globals';
import { Desk, emergency, goingBack } from './desk.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe('Slack with a bot token', () => {
  test('has one thread a rollout, whose head always shows where it stands', async () => {
    await desk.open();
    await desk.deliver('chat');
    const [head] = desk.posts('C0CHAT');
    expect(head?.words).toContain('State: pre-checks');

    await desk.tell({ type: 'RolloutRejected', reason: 'no <!channel>', results: [] });
    await desk.deliver('chat');
    expect(desk.posts('C0CHAT').filter(({ thread }) => thread === undefined)).toHaveLength(1);
    expect(head?.words).toContain('State: rejected');
    expect(head?.words).toContain('no <!channel>');
    expect(desk.posts('C0CHAT').map(({ isBroadcast }) => isBroadcast)).toEqual([false, true]);
    expect(desk.posts('C0CHAT')[1]?.thread).toBe(head?.ts);
  });

  test('shows a message whose answer was lost once', async () => {
    await desk.openReturn();
    desk.fault('slack', 'deaf', { times: 1 });
    await desk.deliver('chat');
    await desk.deliver('chat');
    await desk.deliver('chat');

    expect(desk.posts('C0CHAT').map(({ metadata }) => metadata?.event_payload['key'])).toEqual(['head', 't1']);
  });
});

describe('a head of a thread that was deleted in Slack', () => {
  const keys = () => desk.posts('C0CHAT').map(({ metadata }) => metadata?.event_payload['key']);
  const everything = { routes: [{ to: ['chat'] }] };
  const tellAll = async () => {
    for (const event of [
      goingBack,
      { type: 'TrafficRestored', rules: 1 },
      { type: 'RolledBack', reason: 'x' },
    ] as const) {
      await desk.tell(event);
      expect(await desk.deliver('chat')).toBeUndefined();
    }
  };

  test('alone: the messages go on in its thread, each once, and one new head shows where the rollout stands', async () => {
    await desk.openReturn(everything);
    await desk.deliver('chat');
    const [first] = desk.posts('C0CHAT');
    desk.channels.inbox.slack.remove(first?.ts ?? '');
    await tellAll();

    expect(keys()).toEqual([undefined, 't1', 't2', 'head', 't3', 't4']);
    expect(desk.posts('C0CHAT')[3]?.words).toContain('State: rolled back');
  });

  test('with all that stood below it: Slack puts the next one into the channel, and it is shown once', async () => {
    await desk.openReturn(everything);
    await desk.deliver('chat');
    desk.channels.inbox.slack.posts.splice(0);
    await tellAll();

    expect(keys()).toEqual(['t2', 'head', 't3', 't4']);
    const [loose, head, reply] = desk.posts('C0CHAT');
    expect([loose?.thread, reply?.thread]).toEqual([undefined, head?.ts]);
    expect(head?.words).toContain('State: rolled back');
  });

  test('whose message was shown without an answer: it is found in the channel', async () => {
    await desk.openReturn(everything);
    await desk.deliver('chat');
    desk.channels.inbox.slack.posts.splice(0);
    desk.fault('slack', 'deaf', { times: 1, method: 'chat.postMessage' });
    await desk.tell(goingBack);
    expect(await desk.deliver('chat')).toBe('a while');
    expect(await desk.deliver('chat')).toBeUndefined();

    expect(keys()).toEqual(['t2', 'head']);
  });
});

test.each(['busy', 'broken', 'dead', 'deaf'] as const)(
  'a head that could not be edited, as Slack is %s, makes no message come twice, and is edited later',
  async (kind) => {
    await desk.openReturn({ routes: [{ to: ['chat'] }] });
    await desk.deliver('chat');
    desk.fault('slack', kind, { times: 1, method: 'chat.update' });
    await desk.tell(goingBack);

    expect(await desk.deliver('chat')).toBe(kind === 'busy' ? 1 : 'a while');
    expect(await desk.deliver('chat')).toBeUndefined();
    expect(desk.posts('C0CHAT').map(({ metadata }) => metadata?.event_payload['key'])).toEqual(['head', 't1', 't2']);
    expect(desk.posts('C0CHAT')[0]?.words).toContain('State: rolling back');
  },
);

describe('a vendor that asks for patience', () => {
  test.each([
    ['slack', 'chat', 7],
    ['slack', 'chat', 3600],
    ['webhook', 'machine', 45],
    ['slack-webhook', 'hook', 20],
  ] as const)('%s is left alone for as long as it says: %s, %s s', async (vendor, channel, retryAfterSeconds) => {
    await desk.openReturn();
    desk.fault(vendor, 'busy', { retryAfterSeconds, times: 1 });

    expect(await desk.deliver(channel)).toBe(retryAfterSeconds);
    expect(await desk.deliver(channel)).toBeUndefined();
    expect(desk.channels.inbox.received.all().filter((one) => one.key !== 'head')).toHaveLength(1);
  });
});

describe('a critical message', () => {
  const audience = ['critical', 'pager', 'post', 'machine'];
  const kill = () => {
    for (const vendor of ['pagerduty', 'mail', 'webhook', 'slack'] as const) desk.fault(vendor, 'dead');
  };

  test('that no channel of its row took goes to the next one, once all have failed', async () => {
    await desk.open();
    await desk.tell(goingBack, emergency);
    kill();
    for (const [index, channel] of audience.entries()) {
      expect(await desk.deliver(channel)).toBe('a while');
      expect(desk.hints.map((hint) => hint.channel)).toEqual(index === audience.length - 1 ? ['chat'] : []);
    }

    // The next one is dead as well: the one after it.
    const [first] = desk.hints.splice(0);
    await desk.deliver('chat', first?.extra);
    expect(desk.hints).toMatchObject([{ channel: 'hook', extra: { kind: 'escalation' } }]);
    await desk.deliver('hook', desk.hints[0]?.extra);
    const told = desk.channels.inbox.received.all().findLast(({ vendor }) => vendor === 'slack-webhook');
    expect(told?.text).toContain('No other channel took this');
  });

  test('stays where it is while one channel takes it', async () => {
    await desk.open();
    await desk.tell(goingBack, emergency);
    kill();
    desk.channels.inbox.faults.clear();
    desk.fault('pagerduty', 'dead');
    for (const channel of audience) await desk.deliver(channel);

    expect(desk.hints).toEqual([]);
  });

  test.each([
    [5, 3],
    [600, 1],
  ])(
    'does not wait for channels that ask for %s s: the next one hears it after try %s',
    async (retryAfterSeconds, tries) => {
      await desk.open({ routes: [{ to: ['pager'], fallback: ['chat'] }] });
      await desk.tell(goingBack, emergency);
      desk.fault('pagerduty', 'busy', { retryAfterSeconds });
      const heard: number[] = [];
      for (let number = 1; number <= 3; number += 1) {
        await desk.deliver('pager');
        if (desk.hints.length > 0) heard.push(number);
      }

      expect(heard[0]).toBe(tries);
    },
  );

  test('is never told twice by two who deliver at once', async () => {
    await desk.open();
    await desk.tell(goingBack, emergency);
    await Promise.all(['machine', 'machine', 'machine'].map((channel) => desk.deliver(channel)));
    await desk.deliver('machine');

    expect(desk.channels.inbox.received.all().map(({ key }) => key)).toEqual(['t1', 't2', 't3']);
    expect(desk.channels.inbox.webhook.repeats).toBe(0);
  });
});

test('a channel that a spec does not name any more is no reason to fail', async () => {
  await desk.open();

  expect(await desk.deliver('gone')).toBeUndefined();
});

test.each([
  ['us', undefined, 'events.pagerduty.com'],
  ['us', 'us', 'events.pagerduty.com'],
  ['eu', 'eu', 'events.eu.pagerduty.com'],
])('PagerDuty is told in the service region %s where the spec says %s', async (_, region, host) => {
  const pager = { name: 'pager', type: 'pagerduty', routingKey: 'ssm:/sluice/pager', region };
  await desk.open({ channels: [pager] });
  await desk.deliver('pager');

  expect(desk.channels.hosts).toEqual([host]);
});
