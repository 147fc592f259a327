import { beforeEach, describe, expect, test } from '@jest/globals';
import { NotTaken, type OnCallPerson } from '../../../lib/channels/notifier.ts';
import { everyChannel } from '../../channels/inbox-channels.ts';
import { Desk, emergency, goingBack } from './desk.ts';

const onCall = { token: 'ssm:/sluice/pagerduty-token', schedules: ['PSCHED1'] };
const channels = everyChannel.map((one) => (one.name === 'pager' ? { ...one, onCall } : one));
const people = [
  { name: 'Ana', roles: ['tech-lead'], mail: 'ana@example.com', slack: 'U0ANA' },
  { name: 'Ben', roles: ['qa'], mail: 'Ben@example.com' },
];

let desk: Desk;
let answer: () => Promise<readonly OnCallPerson[]>;

beforeEach(async () => {
  desk = new Desk();
  answer = () => Promise.resolve([]);
  const notifier = { ...desk.channels.notifier, onCall: () => answer() };
  Object.assign(desk.world, { notifier });
  await desk.open({ channels }, { people, required: [] });
});

/** Who got a link, by where it arrived. */
const linked = () =>
  desk.channels.inbox.received
    .all()
    .filter(({ text, content }) => `${text} ${JSON.stringify(content)}`.includes('https://links.example.com/decide/'))
    .map(({ vendor, place }) => `${vendor} ${place}`);
const said = () =>
  desk.channels.inbox.received
    .all()
    .map(({ text }) => text)
    .join('\n');

describe('who is on call in PagerDuty', () => {
  test('gets a link of their own to what needs a person, and nobody else does', async () => {
    answer = () => Promise.resolve([{ name: 'Ben B.', mail: 'ben@example.com' }]);
    await desk.tell(goingBack, emergency);
    await desk.pump();

    expect(linked().length).toBeGreaterThan(0);
    expect(new Set(linked())).toEqual(new Set(['mail Ben@example.com']));
    expect(said()).toContain('You are on call in PagerDuty.');
  });

  test('is told of each need once, however often it is announced', async () => {
    answer = () => Promise.resolve([{ name: 'Ana', mail: 'ana@example.com' }]);
    await desk.tell(goingBack, emergency);
    await desk.pump();
    const before = linked().length;
    await desk.tell({ ...emergency, attempt: 2 });
    await desk.pump();
    await desk.pump();

    expect(linked()).toHaveLength(before);
  });

  test('is reached by mail where Slack does not take it', async () => {
    answer = () => Promise.resolve([{ name: 'Ana', mail: 'ana@example.com' }]);
    desk.fault('slack', 'strict');
    await desk.tell(goingBack, emergency);
    await desk.pump();

    expect(linked()).toContain('mail ana@example.com');
  });

  test('is not asked for news, nor once a person has taken it', async () => {
    let asked = 0;
    answer = () => {
      asked += 1;
      return Promise.resolve([]);
    };
    await desk.tell({ type: 'PreChecksPassed', results: [] });
    await desk.pump();
    expect(asked).toBe(0);

    await desk.tell(goingBack, { type: 'AlertTaken', by: 'ada' });
    await desk.pump();
    expect(asked).toBe(0);
  });
});

describe('where it is not known who is on call, all people of the spec get a link, and why', () => {
  test.each([
    [
      'PagerDuty does not say',
      () => Promise.reject(new NotTaken('PagerDuty answered 401', { mayBeShown: false })),
      'It is not known who is on call: PagerDuty answered 401, so all people of the spec get this.',
    ],
    ['nobody is', () => Promise.resolve([]), 'PagerDuty says that nobody is on call'],
    [
      'it is nobody of the spec',
      () => Promise.resolve([{ name: 'Eve', mail: 'eve@example.com' }]),
      'Eve is on call in PagerDuty, and no person of approvals.people has that mail address',
    ],
  ])('%s', async (_, answered, sentence) => {
    answer = answered;
    await desk.tell(goingBack, emergency);
    await desk.pump();

    expect(new Set(linked())).toEqual(new Set(['slack DU0ANA', 'mail Ben@example.com']));
    expect(said()).toContain(sentence);
  });
});
