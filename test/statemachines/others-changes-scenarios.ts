import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import type { WalkOptions } from '../model/walk.ts';
import type { Play } from './plays.ts';
import { bad } from './two-pushes.ts';

const issuer = 'https://id.example.com';
const oidc: RoutingAction = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    ...{ Issuer: issuer, ClientId: 'shop', AuthorizationEndpoint: `${issuer}/authorize` },
    ...{ TokenEndpoint: `${issuer}/token`, UserInfoEndpoint: `${issuer}/userinfo` },
  },
};
const cognito: RoutingAction = {
  Type: 'authenticate-cognito',
  Order: 1,
  AuthenticateCognitoConfig: {
    UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_shop',
    UserPoolClientId: 'shop',
    UserPoolDomain: 'shop',
  },
};
const token: RoutingAction = {
  Type: 'jwt-validation',
  Order: 2,
  JwtValidationConfig: { JwksEndpoint: `${issuer}/keys`, Issuer: issuer },
};
const elsewhere: RoutingAction = {
  Type: 'forward',
  Order: 3,
  ForwardConfig: { TargetGroups: [{ TargetGroupArn: `${modelArns.groupA}/third`, Weight: 1 }] },
};
const page: RoutingAction = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } };

function ruleHas(world: ModelWorld, ...actions: readonly RoutingAction[]): void {
  world.actions.set(modelArns.rule, actions);
}

/** Others change the rule once the rollback is decided, and no function plans the restoration. */
function changedUnread(actions: readonly RoutingAction[], answer?: WalkOptions['answer']): Play {
  return async ({ world, walk }) => {
    let isChanged = false;
    const before: WalkOptions['before'] = (state) => {
      if (state === 'PlanRestoration') throw new Error('Lambda is down');
      if (state !== 'StartRollback' || isChanged) return;
      isChanged = true;
      ruleHas(world, ...actions);
    };
    await walk('rollout', bad, { before, ...(answer && { answer }) });
  };
}

/** What a record of an older version has the machine restore: no forward action by itself. */
function asOlderRecords(state: string, output: unknown): unknown {
  if (state !== 'Claim') return output;
  return JSON.parse(JSON.stringify(output).replaceAll('\\"forward\\":{', '\\"unused\\":{')) as unknown;
}

/** Rules that others changed between a decision to roll back and a restoration that no function plans. */
export const othersChangesScenarios: Readonly<Record<string, Play>> = {
  'a login before a page, unread': changedUnread([oidc, page]),
  'a login and a check of tokens before other target groups, unread': changedUnread([cognito, token, elsewhere]),
  'a login, unread, by the record of an older version': changedUnread([oidc, elsewhere], asOlderRecords),
  'a page in the place of a login and both slots, unread': async (stage) => {
    const [forward] = stage.world.actions.get(modelArns.rule) ?? [];
    ruleHas(stage.world, cognito, { ...forward, Order: 2 });
    await changedUnread([page])(stage);
  },
};
