import { beforeEach, expect, test } from '@jest/globals';
import type { RoutingAction } from '../../../lib/drivers/rules/routing.ts';
import { checkLiveWeights } from '../../../lib/usecases/watching/check-live-weights.ts';
import { watchTraffic } from '../../../lib/usecases/rollback/watch-traffic.ts';
import { modelArns } from '../../model/model-world.ts';
import { type Journey, rollbackTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';
import { altered } from '../watched-world.ts';

const { rule } = modelArns;
const login = { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: { Issuer: 'https://login.example.com' } };

let journey: Journey;

beforeEach(async () => {
  journey = await rollbackTo('restored');
});

const actionsOf = (arn: string): readonly RoutingAction[] => journey.world.actions.get(arn) ?? [];

/** The plan has a login on a rule that the restoration removed; the rollback ends all the same. */
async function loseLogin(): Promise<void> {
  const [kind, arn] = ['rule', rule] as const;
  await journey.append({ type: 'RestorePlanRefreshed', items: [{ kind, arn, actions: [login, ...actionsOf(arn)] }] });
  await useCases.confirmRestored(journey, journey.world);
  // Another restoration reads the rule without the login, and takes that for the newest plan.
  await journey.append({ type: 'RestorePlanRefreshed', items: [{ kind, arn, actions: actionsOf(arn) }] });
  await useCases.removeGreen(journey, journey.world);
  await useCases.closeRollback(journey, journey.world);
}

const check = () => {
  const weightParameters = { publish: () => Promise.resolve() };
  return checkLiveWeights({ services: [] }, { ...altered(journey.world, {}), weightParameters });
};
const watch = () => watchTraffic({ rolloutId: journey.rolloutId }, journey.world);
const backs = () => journey.events('OthersChangesBack');
const openMatters = async () => ((await journey.stored()).state.matters ?? []).map(({ type }) => type);

test.each([
  ['the check every five minutes', check],
  ['the watch after the rollback', watch],
])('changes that a restoration removed are open until they are there again, as %s finds', async (_, evaluate) => {
  await loseLogin();
  expect(await journey.events('OthersChangesLost')).toHaveLength(1);

  await evaluate();
  expect(await backs()).toEqual([]);
  expect(await openMatters()).toEqual(['OthersChangesLost']);

  const other = { ...login, AuthenticateOidcConfig: { Issuer: 'https://other.example.com' } };
  journey.world.actions.set(rule, [other, ...actionsOf(rule)]);
  await evaluate();
  expect(await backs()).toEqual([]);

  journey.world.actions.set(rule, [login, ...actionsOf(rule).slice(1)]);
  await evaluate();
  await evaluate();
  expect(await backs()).toEqual([{ type: 'OthersChangesBack', rules: [`rule ${rule}`] }]);
  expect(await openMatters()).toEqual([]);
});

test('traffic that strayed at the last evaluation of the watch is over with the next check of the weights', async () => {
  await loseLogin();
  await journey.append({ type: 'TrafficStrayed', rules: [`${rule} had 50`] });

  await check();
  await check();

  expect(await journey.events('WeightsAsRecorded')).toHaveLength(1);
  expect(await openMatters()).toEqual(['OthersChangesLost']);
});
