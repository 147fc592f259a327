import { expect, test } from '@jest/globals';
import { pagerDutyOnCall } from '../../../lib/channels/pagerduty/on-call.ts';
import type { ChannelOf } from '../../../lib/specification/notification-channel.ts';
import { settingsOf } from '../inbox-channels.ts';

const pager = (onCall: object, region = 'us') => {
  const notifications = {
    channels: [{ name: 'pager', type: 'pagerduty', routingKey: 'ssm:/sluice/pager', region, onCall }],
  };
  return settingsOf(notifications).channels.find((one): one is ChannelOf<'pagerduty'> => one.type === 'pagerduty');
};
const token = 'ssm:/sluice/pagerduty-token';
const apiUrls = { us: 'https://api.pagerduty.com', eu: 'https://api.eu.pagerduty.com' };
const user = (name: string, email?: string, level = 1) => ({ escalation_level: level, user: { name, email } });

/** PagerDuty's REST API, as far as it is asked; the pages in their order. */
function api(...pages: readonly { readonly status?: number; readonly body: unknown }[]) {
  const asked: { readonly url: URL; readonly headers: Headers }[] = [];
  const forgotten: string[] = [];
  return {
    asked,
    forgotten,
    world: {
      apiUrls,
      secrets: {
        read: () => Promise.resolve('the token'),
        forget: (reference: string) => {
          forgotten.push(reference);
        },
      },
      fetchIt: (url: string, init: RequestInit) => {
        const page = pages[asked.length] ?? pages.at(-1);
        asked.push({ url: new URL(url), headers: new Headers(init.headers) });
        if (page === undefined) return Promise.reject(new TypeError('fetch failed'));
        const body = typeof page.body === 'string' ? page.body : JSON.stringify(page.body);
        return Promise.resolve(new Response(body, { status: page.status ?? 200 }));
      },
    },
  };
}

async function who(onCall: object, one: ReturnType<typeof api>, region = 'us') {
  const channel = pager(onCall, region);
  if (channel === undefined) throw new Error('no channel');
  return pagerDutyOnCall(channel, one.world);
}

test('the first level of the policies that the spec names, page by page, each person once', async () => {
  const one = api(
    { body: { more: true, oncalls: [user('Ana', 'Ana@example.com'), user('Boss', 'boss@example.com', 2)] } },
    { body: { more: false, oncalls: [user('Ana', 'ana@example.com'), user('Ben')] } },
  );

  expect(await who({ token, escalationPolicies: ['PPOLICY1', 'PPOLICY2'] }, one)).toEqual([
    { name: 'Ana', mail: 'ana@example.com' },
    { name: 'Ben', mail: '' },
  ]);
  expect(one.asked.map(({ url }) => url.searchParams.get('offset'))).toEqual(['0', '100']);
  const [first] = one.asked;
  expect(first?.url.origin).toBe('https://api.pagerduty.com');
  expect(first?.url.searchParams.getAll('escalation_policy_ids[]')).toEqual(['PPOLICY1', 'PPOLICY2']);
  expect(first?.headers.get('authorization')).toBe('Token token=the token');
});

test('schedules and policies are asked for apart, as filters of both name only who fits both; each person once', async () => {
  const one = api(
    { body: { more: false, oncalls: [user('Ana', 'ana@example.com'), user('Cem', 'cem@example.com')] } },
    { body: { more: false, oncalls: [user('Ben', 'ben@example.com'), user('Ana', 'Ana@example.com')] } },
  );
  const found = await who({ token, escalationPolicies: ['PPOLICY1'], schedules: ['PSCHED1'] }, one);

  expect(found.map(({ mail }) => mail)).toEqual(['ana@example.com', 'cem@example.com', 'ben@example.com']);
  const filters = one.asked.map(({ url }) => [...url.searchParams].filter(([key]) => key.endsWith('_ids[]')));
  expect(filters).toEqual([[['schedule_ids[]', 'PSCHED1']], [['escalation_policy_ids[]', 'PPOLICY1']]]);
});

test('where one of the two is not answered, it is not known who is on call', async () => {
  const half = api({ body: { more: false, oncalls: [user('Ana', 'ana@example.com')] } }, { status: 500, body: '' });

  await expect(who({ token, escalationPolicies: ['PPOLICY1'], schedules: ['PSCHED1'] }, half)).rejects.toThrow('500');
});

test('an account in the EU is asked there', async () => {
  const one = api({ body: { more: false, oncalls: [] } });

  expect(await who({ token, schedules: ['PSCHED1'] }, one, 'eu')).toEqual([]);
  expect(one.asked[0]?.url.host).toBe('api.eu.pagerduty.com');
});

test.each([
  ['refuses the token', { status: 401, body: '{}' }, '401'],
  ['is broken', { status: 500, body: '' }, '500'],
  ['asks to wait', { status: 429, body: '' }, 'wait'],
  ['answers no JSON', { body: '<html>' }, 'form that is not known'],
  ['answers something else', { body: { oncalls: 'nobody' } }, 'form that is not known'],
  ['never ends', { body: { more: true, oncalls: [user('Ana')] } }, 'more than 500 people'],
])('that it %s is said, and is not nobody', async (_, answer, said) => {
  await expect(who({ token, schedules: ['PSCHED1'] }, api(answer))).rejects.toThrow(said);
});

test('no answer is said, and a token that was refused is read anew', async () => {
  await expect(who({ token, schedules: ['PSCHED1'] }, api())).rejects.toThrow('no answer');

  const refused = api({ status: 403, body: '{}' });
  await expect(who({ token, schedules: ['PSCHED1'] }, refused)).rejects.toThrow('403');
  expect(refused.forgotten).toEqual([token]);
});

test('a spec names whose on-call it means: everybody of the account is nobody', () => {
  expect(() => pager({ token })).toThrow();
  expect(() => pager({ token, schedules: ['not an id'] })).toThrow();
  expect(() => pager({ token: 'the token itself', schedules: ['PSCHED1'] })).toThrow();
});
