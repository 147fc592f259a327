import { once } from '../../ports/once.ts';
import {
  type HoldersNeeds,
  holderText,
  type SharedPlace,
  sharedPlaces,
} from '../../usecases/ownership/other-holders.ts';
import { asked } from './asking.ts';
import { type Diagnosis, diagnosis } from './diagnosis.ts';
import type { LookedSpec, Patient } from './patient.ts';

/** Says which services share what one alone may shift or scale, each pair once. Neither of a pair starts anything. */
export async function sharedBetweenServices({
  specs,
  connected,
  caller,
  stack,
}: Patient): Promise<readonly Diagnosis[]> {
  // Without a stack there is no table, which is no news.
  if (stack === undefined || specs.length === 0) return [];
  const answer = await asked(
    {
      ...{ topic: 'services', what: 'Whether services share rules, target groups or ECS services' },
      rights: ['dynamodb:Query', 'dynamodb:GetItem'].map((action) => ({ action, resource: '*' })),
      principal: caller.principal,
    },
    () => {
      const store = readOnce(connected.store);
      return Promise.all(specs.map(async (looked) => ({ looked, ...(await sharedPlaces(looked.spec, store)) })));
    },
  );
  if ('unknown' in answer) return [answer.unknown];
  const pairs = new Map<string, Diagnosis>();
  for (const { looked, shared } of answer.answer) {
    for (const one of shared) {
      const pair = JSON.stringify([looked.spec.service, one.service].sort());
      if (!pairs.has(pair)) pairs.set(pair, sharing(looked, one));
    }
  }
  if (pairs.size > 0) return [...pairs.values()];
  return [diagnosis('services', 'well', 'No two services share a rule, a target group or an ECS service.')];
}

/** What each service is held against is the same for all of them. */
function readOnce(store: HoldersNeeds): HoldersNeeds {
  return {
    holders: once((unreadable) => store.holders(unreadable)),
    service: once((name) => store.service(name)),
    load: once((rolloutId) => store.load(rolloutId)),
  };
}

function sharing({ spec: { service }, of }: LookedSpec, shared: SharedPlace): Diagnosis {
  const { who, ends } = holderText(shared);
  const named = of === service ? `the spec of ${service} in force` : of;
  const says = `${who} names ${shared.what}, and ${named} names it too: one service alone may. Apply a spec of ${service} that names something else, or ${ends}.`;
  return diagnosis('services', 'missing', says);
}
