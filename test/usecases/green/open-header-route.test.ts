import { describe, expect, test } from '@jest/globals';
import type { RoutingAction } from '../../../lib/drivers/rules/routing.ts';
import { describeEvent } from '../../../lib/rollout/transition.ts';
import { openHeaderRoute } from '../../../lib/usecases/green/open-header-route.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const login: RoutingAction = {
  Type: 'authenticate-cognito',
  Order: 1,
  AuthenticateCognitoConfig: { UserPoolClientId: 'c' },
};
const other = `${modelArns.rule.slice(0, -1)}1`;
const twoRules = modelSpec({ traffic: [{ rule: modelArns.rule }, { rule: other }] });

/** A rollout whose green was verified, with some of its rules behind a login. */
async function behindLogin(...rules: readonly string[]) {
  const journey = await journeyTo('verified', { spec: twoRules });
  for (const rule of rules) journey.world.actions.set(rule, [login, ...(journey.world.actions.get(rule) ?? [])]);
  await openHeaderRoute(journey.owned, journey.world);
  const [last] = (await journey.world.store.events(journey.rolloutId, 0)).slice(-1);
  const sentence = last === undefined ? '' : describeEvent(last.event, (await journey.stored()).state);
  return { routes: [...journey.world.headerRoutes.values()], event: last?.event, sentence };
}

describe('the header route', () => {
  test('stands beside every rule, with the header of the spec', async () => {
    const { routes, event, sentence } = await behindLogin();

    expect(routes.map(({ besideRule }) => besideRule)).toEqual([modelArns.rule, other]);
    expect(routes[0]).toMatchObject({ header: 'canary', value: 'true', targetGroup: modelArns.groupB });
    expect(event).toEqual({ type: 'HeaderRouteOpened', header: 'canary', value: 'true' });
    expect(sentence).toBe('Requests with canary: true go to green.');
  });

  test('is no way around a login: a rule that authenticates its users gets none', async () => {
    const { routes, event, sentence } = await behindLogin(other);

    expect(routes.map(({ besideRule }) => besideRule)).toEqual([modelArns.rule]);
    expect(event).toMatchObject({ withheldFrom: [other] });
    expect(sentence).toContain(`but not beside ${other}: it authenticates its users`);
  });

  test('is not there at all where every rule authenticates, and nobody is told otherwise', async () => {
    const { routes, event, sentence } = await behindLogin(modelArns.rule, other);

    expect(routes).toEqual([]);
    expect(event).toMatchObject({ withheldFrom: [modelArns.rule, other] });
    expect(sentence).toMatch(/^No header leads to green/);
  });

  test('is not added by a repetition that comes late: its rollout has gone on with the same fence', async () => {
    const journey = await journeyTo('verified', { spec: twoRules });
    let isFirst = true;
    const late = altered(journey.world, {
      router: {
        read: async (traffic) => {
          const routings = await journey.world.router.read(traffic);
          if (isFirst) {
            isFirst = false;
            await openHeaderRoute(journey.owned, journey.world);
          }
          return routings;
        },
      },
    });
    expect(await openHeaderRoute(journey.owned, late)).toEqual({ outcome: 'open' });

    expect([...journey.world.headerRoutes]).toHaveLength(2);
    expect((await journey.stored()).state.phase).toBe('shifting');
  });
});
