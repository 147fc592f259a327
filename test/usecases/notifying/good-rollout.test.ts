import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../../lib/rollout/events.ts';
import { samples } from '../../rollout/sample-events.ts';
import { everyChannel } from '../../channels/inbox-channels.ts';
import { Desk } from './desk.ts';

/** A rollout that three people approve and that goes as planned. */
const good: readonly RolloutEvent[] = [
  samples.PreChecksPassed,
  samples.RequesterFound,
  samples.ApprovalRequested,
  ...['Ana', 'Ben', 'Cleo'].map((by) => ({ ...samples.Approved, by })),
  samples.ApprovalGranted,
  samples.PreChecksPassed,
  samples.CapacityRecorded,
  samples.CapacityPinned,
  samples.GreenDeployed,
  samples.GreenReady,
  samples.GreenVerified,
  samples.HeaderRouteOpened,
  ...[0, 1, 2].flatMap((step): readonly RolloutEvent[] => [
    { ...samples.GreenSized, step },
    { ...samples.TrafficShifted, step, weight: [10, 50, 100][step] ?? 0 },
    { ...samples.StepPassed, step, weight: [10, 50, 100][step] ?? 0 },
  ]),
  samples.RolloutSucceeded,
  samples.BlueScaledDown,
  samples.BlueRetired,
];

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

/** @returns what the head of the chat's thread said after each event that happened */
async function rollOut(): Promise<readonly string[]> {
  const heads: string[] = [];
  for (const event of good) {
    desk.now += 1000;
    await desk.tell(event);
    await desk.pump();
    heads.push(desk.posts('C0123456789')[0]?.text ?? '');
  }
  return heads;
}

/** The sentences that the chat got as new messages, in order. */
const shown = () => {
  const posts = desk.channels.inbox.received
    .all()
    .filter(({ key, place }) => key !== 'head' && place === 'C0123456789');
  return posts.map(({ text }) => text.split('\n')[1]);
};
/** Three people whom Slack reaches. */
const approvals = {
  people: ['Ana', 'Ben', 'Cleo'].map((name) => ({ name, roles: ['qa'], slack: `U0${name.toUpperCase()}` })),
  required: ['qa'],
};

const chatAlone = [{ name: 'chat', type: 'slack', token: 'ssm:/sluice/chat', channel: 'C0123456789' }];

test('a chat gets a message for what people have to know, and its head shows the rest', async () => {
  await desk.open({ channels: chatAlone }, approvals);
  const heads = await rollOut();

  expect(shown()).toEqual([expect.stringContaining('Waits until'), expect.stringMatching(/serves|succeeded/)]);
  const shifts = heads.filter((_, index) => good[index]?.type === 'TrafficShifted');
  expect(shifts).toEqual([10, 50, 100].map((weight) => expect.stringContaining(`${String(weight)} %`)));
});

test('channels of each kind and three people get eight messages, and each person one link to command it', async () => {
  await desk.open({ channels: everyChannel }, approvals);
  await rollOut();
  const received = desk.channels.inbox.received.all().filter(({ vendor }) => vendor !== 'webhook');
  const control = received.filter(({ content }) => JSON.stringify(content).includes('|Skip, pause or roll back>'));
  // Change events of PagerDuty notify nobody.
  const pages = desk.channels.inbox.pagerDuty.alerts;
  const others = received.filter((one) => !control.includes(one) && one.vendor !== 'pagerduty');

  expect(control.map(({ place }) => place).toSorted()).toEqual(['DU0ANA', 'DU0BEN', 'DU0CLEO']);
  expect(pages).toEqual([]);
  // Head, question and end in the thread, question and end by the incoming webhook, and a link to approve for each person.
  expect(others).toHaveLength(8);
});

describe('planned work', () => {
  const customers = { name: 'shop', type: 'mail', from: 'sluice@example.com', to: ['shop@example.com'] };
  const { before: _, ...first } = samples.PlannedWorkAnnounced;

  test('is one message more in each chat and for each customer, who hear of nothing else', async () => {
    const [chat, , , pager, post] = everyChannel;
    const channels = [chat, pager, post, customers];
    await desk.open({ channels, announce: '24h', customers: ['shop'] }, approvals);
    await desk.tell(first);
    await desk.pump();
    const received = () => desk.channels.inbox.received.all();
    const announced = received();
    expect(
      announced.filter(({ vendor }) => vendor !== 'pagerduty').map(({ vendor, place }) => [vendor, place]),
    ).toEqual([
      ['slack', 'C0CHAT'],
      ['slack', 'C0CHAT'],
      ['mail', 'shop@example.com'],
    ]);
    await rollOut();
    await desk.tell(samples.UsersUnserved);
    await desk.pump();
    expect(received().filter(({ place }) => place === 'shop@example.com')).toHaveLength(1);
    expect(received().filter(({ place }) => place === 'on-call@example.com')).toHaveLength(1);
  });

  test('is shown in the channel itself, not only in the thread of another rollout, and names the work alone', async () => {
    await desk.open({ channels: chatAlone, announce: '24h' }, approvals);
    await desk.tell(first);
    await desk.pump();
    const [head, post] = desk.posts('C0123456789');

    expect(head?.text).not.toContain('413-b4dc0de');
    expect(post?.text).toMatch(/^\[info\] web test: planned work on 413-b4dc0de/);
    expect(post?.isBroadcast).toBe(true);
    expect(JSON.stringify(post)).toContain('sluice waiting --stage test --region eu-west-1');
  });

  test('that is withdrawn tells customers so, and not why', async () => {
    const reason = 'all rollouts are stopped by Ada until a person ends it with sluice thaw';
    await desk.open({ channels: [customers], announce: '24h', customers: ['shop'] }, approvals);
    await desk.tell(samples.PlannedWorkAnnounced, { ...samples.PlannedWorkWithdrawn, reason });
    await desk.pump();

    const told = JSON.stringify(desk.channels.inbox.received.all());
    expect(told).toContain('It does not take place then.');
    expect(told).not.toMatch(/Ada|sluice thaw/);
  });

  test('tells customers what happens when, and no command, link, name or id', async () => {
    await desk.open({ channels: [customers], announce: '24h', customers: ['shop'] }, approvals);
    await desk.tell(samples.PlannedWorkAnnounced, samples.PlannedWorkWithdrawn);
    await desk.pump();
    const mails = desk.channels.inbox.received.all().map(({ title, text }) => `${title}\n${text}`);

    expect(mails).toHaveLength(2);
    expect(mails[0]).toContain('[notice] web test: planned work on 413-b4dc0de');
    expect(mails[0]).toContain('Planned work has changed: traffic of web moves to 413-b4dc0de in steps from');
    expect(mails[1]).toContain('withdrawn');
    for (const mail of mails) expect(mail).not.toMatch(/sluice |https?:|Erin|web-2026/);
  });
});

test('PagerDuty shows each transition as a change and pages nobody, or the ends alone', async () => {
  const pager = { name: 'pager', type: 'pagerduty', routingKey: 'ssm:/sluice/pager' };
  const changes = () =>
    desk.channels.inbox.received
      .all()
      .filter(({ vendor }) => vendor === 'pagerduty')
      .map(({ title }) => title.replace(/.*: | on .*/g, ''));
  await desk.open({ channels: [pager] }, approvals);
  await rollOut();
  const shifts = ['traffic shifted', 'traffic shifted', 'traffic shifted'];
  expect(changes()).toEqual(['rollout opened', 'approved', ...shifts, 'succeeded']);
  expect(desk.channels.inbox.pagerDuty.alerts).toEqual([]);

  desk = new Desk();
  await desk.open({ channels: [{ ...pager, changes: 'ends' }] }, approvals);
  await rollOut();
  expect(changes()).toEqual(['rollout opened', 'succeeded']);
});

test('a row that names an event has it posted', async () => {
  await desk.open({ channels: chatAlone, routes: [{ events: ['TrafficShifted'], to: ['chat'] }] }, approvals);
  await rollOut();

  expect(shown()).toEqual([10, 50, 100].map((weight) => expect.stringContaining(`green gets ${String(weight)} %`)));
});
