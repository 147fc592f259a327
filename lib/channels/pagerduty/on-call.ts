import * as z from 'zod';
import type { ChannelOf } from '../../specification/notification-channel.ts';
import { exchange } from '../http-exchange.ts';
import { NotTaken, type OnCallPerson } from '../notifier.ts';
import { secretOf } from '../secret-of.ts';
import type { VendorAccess } from '../vendor-access.ts';
import type { PagerDutyUrls } from './notifier.ts';

const answer = z.object({
  more: z.boolean().nullish(),
  oncalls: z.array(
    z.object({
      escalation_level: z.number(),
      user: z.object({ name: z.string().nullish(), summary: z.string().nullish(), email: z.string().nullish() }),
    }),
  ),
});

const pageSize = 100;
/** An on-call list that is longer than this names nobody in particular. */
const mostPages = 5;

/**
 * Who is on call now behind a channel, by PagerDuty's REST API (`GET /oncalls`): the first level of the escalation policies, and the
 * schedules, that the channel names; each person once, nobody twice. Each kind is asked for by itself: PagerDuty answers filters of two
 * kinds with what fits both.
 * @throws NotTaken where PagerDuty does not say: no answer within some seconds, an error, a token that it does not take
 */
export async function pagerDutyOnCall(
  channel: ChannelOf<'pagerduty'>,
  { apiUrls, secrets, fetchIt }: Pick<VendorAccess, 'secrets' | 'fetchIt'> & { readonly apiUrls: PagerDutyUrls },
): Promise<readonly OnCallPerson[]> {
  const { onCall, region = 'us' } = channel;
  if (onCall === undefined) return [];
  const token = await secretOf(secrets, onCall.token);
  const ask = async (query: string) => {
    const { status, body } = await exchange(fetchIt, 'PagerDuty', `${apiUrls[region]}/oncalls?${query}`, {
      headers: { authorization: `Token token=${token}`, accept: 'application/vnd.pagerduty+json;version=2' },
    });
    if (status === 200) return parsed(body);
    secrets.forget(onCall.token);
    throw new NotTaken(`PagerDuty answered ${status} to who is on call`, { mayBeShown: false });
  };
  const { schedules = [], escalationPolicies = [] } = onCall;
  const kinds = [
    { filter: 'schedule_ids[]', ids: schedules },
    { filter: 'escalation_policy_ids[]', ids: escalationPolicies },
  ].filter(({ ids }) => ids.length > 0);
  const found = await Promise.all(kinds.map(({ filter, ids }) => firstLevelOf(filter, ids, ask)));
  return [...new Map(found.flatMap((people) => [...people])).values()];
}

/** Returns who is on call at the first level, by mail address, or by name where PagerDuty gives no address. */
async function firstLevelOf(
  filter: string,
  ids: readonly string[],
  ask: (query: string) => Promise<z.output<typeof answer>>,
): Promise<ReadonlyMap<string, OnCallPerson>> {
  const found = new Map<string, OnCallPerson>();
  for (let page = 0; page < mostPages; page += 1) {
    const { oncalls, more } = await ask(queryOf(filter, ids, page * pageSize));
    for (const { user, escalation_level: level } of oncalls) {
      const name = (user.name ?? user.summary ?? 'somebody').slice(0, 100);
      const mail = (user.email ?? '').toLowerCase();
      if (level === 1) found.set(mail === '' ? name : mail, { name, mail });
    }
    if (more !== true) return found;
  }
  throw new NotTaken(`PagerDuty names more than ${mostPages * pageSize} people who are on call`, { mayBeShown: false });
}

function queryOf(filter: string, ids: readonly string[], offset: number): string {
  const query = new URLSearchParams({ limit: String(pageSize), offset: String(offset), 'include[]': 'users' });
  for (const id of ids) query.append(filter, id);
  return query.toString();
}

function parsed(body: string): z.output<typeof answer> {
  try {
    return answer.parse(JSON.parse(body));
  } catch (error) {
    throw new NotTaken('PagerDuty answered who is on call in a form that is not known', {
      mayBeShown: false,
      cause: error,
    });
  }
}
