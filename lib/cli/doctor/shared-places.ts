import { holderText, type SharedPlace, sharedPlaces } from '../../usecases/ownership/other-holders.ts';
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
    () => Promise.all(specs.map(async (looked) => ({ looked, ...(await sharedPlaces(looked.spec, connected.store)) }))),
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

function sharing({ spec: { service }, of }: LookedSpec, shared: SharedPlace): Diagnosis {
  const { who, ends } = holderText(shared);
  const named = of === service ? `the spec of ${service} in force` : of;
  const says = `${who} names ${shared.what}, and ${named} names it too: one service alone may. Apply a spec of ${service} that names something else, or ${ends}.`;
  return diagnosis('services', 'missing', says);
}
