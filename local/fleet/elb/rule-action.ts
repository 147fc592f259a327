import * as z from 'zod';
import { AwsError, validationError } from '../aws-error.ts';
import { flag, listOf, wholeBetween } from './form-schema.ts';

const targetGroupTuple = z.object({ TargetGroupArn: z.string(), Weight: wholeBetween(0, 999).optional() });

const forwardConfig = z.object({
  TargetGroups: listOf(targetGroupTuple).optional(),
  TargetGroupStickinessConfig: z
    .object({ Enabled: flag.optional(), DurationSeconds: wholeBetween(1, 604_800).optional() })
    .optional(),
});

/** Kept word for word: nothing on this machine authenticates, but a restore plan must bring such an action back complete. */
const keptAsGiven = z.record(z.string(), z.unknown());

/** An action as it stands in a request of the query protocol. */
export const ruleAction = z.object({
  Type: z.enum(
    ['forward', 'fixed-response', 'redirect', 'authenticate-oidc', 'authenticate-cognito', 'jwt-validation'],
    'Member must satisfy enum value set: [jwt-validation, redirect, forward, authenticate-oidc, authenticate-cognito, fixed-response]',
  ),
  Order: wholeBetween(1, 50_000).optional(),
  TargetGroupArn: z.string().optional(),
  ForwardConfig: forwardConfig.optional(),
  FixedResponseConfig: z
    .object({
      StatusCode: z.string().regex(/^(2|4|5)\d\d$/, 'Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$'),
      ContentType: z.string().optional(),
      MessageBody: z.string().max(1024).optional(),
    })
    .optional(),
  RedirectConfig: z
    .object({
      StatusCode: z.enum(['HTTP_301', 'HTTP_302'], 'Member must satisfy enum value set: [HTTP_301, HTTP_302]'),
      Protocol: z.string().optional(),
      Host: z.string().optional(),
      Port: z.string().optional(),
      Path: z.string().optional(),
      Query: z.string().optional(),
    })
    .optional(),
  AuthenticateOidcConfig: keptAsGiven.optional(),
  AuthenticateCognitoConfig: keptAsGiven.optional(),
  JwtValidationConfig: z.looseObject({ JwksEndpoint: z.string(), Issuer: z.string() }).optional(),
});
export type RuleAction = z.output<typeof ruleAction>;

export const ruleActions = listOf(ruleAction);

/** One target group of a forward action with its weight. */
export interface WeightedTargetGroup {
  readonly arn: string;
  readonly weight: number;
}

const authenticating = new Set(['authenticate-oidc', 'authenticate-cognito', 'jwt-validation']);

/**
 * Checks a list of actions as AWS does and completes it as AWS describes it: a forward action always has its `ForwardConfig`, and
 * its `TargetGroupArn` too where it names a single target group.
 */
export function normaliseActions(actions: readonly RuleAction[]): readonly RuleAction[] {
  if (actions.length === 0) throw validationError('You must specify an action');
  const ordered = actions.length > 1 ? sortByOrder(actions) : [...actions];
  const last = ordered.at(-1);
  if (last === undefined || authenticating.has(last.Type)) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'The last action must be one of: forward, fixed-response, redirect',
    );
  }
  if (ordered.slice(0, -1).some((action) => !authenticating.has(action.Type))) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'You can specify only one of the action types: forward, fixed-response, redirect',
    );
  }
  return ordered.map(normaliseAction);
}

/** The target groups of a list of actions with their weights; empty where nothing is forwarded. */
export function weightsOf(actions: readonly RuleAction[]): readonly WeightedTargetGroup[] {
  const groups = actions.find((action) => action.Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];
  return groups.map((group) => ({ arn: group.TargetGroupArn, weight: group.Weight ?? 1 }));
}

function sortByOrder(actions: readonly RuleAction[]): RuleAction[] {
  const orders = actions.map((action) => action.Order);
  if (orders.includes(undefined))
    throw validationError('You must specify an order for each action when you specify more than one');
  if (new Set(orders).size < orders.length) throw validationError('The order of each action must be unique');
  return actions.toSorted((left, right) => (left.Order ?? 0) - (right.Order ?? 0));
}

function normaliseAction(action: RuleAction): RuleAction {
  switch (action.Type) {
    case 'forward':
      return normaliseForward(action);
    case 'fixed-response':
      if (action.FixedResponseConfig === undefined)
        throw validationError('You must specify a fixed response configuration');
      return action;
    case 'redirect':
      return { ...action, RedirectConfig: completeRedirect(action) };
    case 'authenticate-oidc':
      if (action.AuthenticateOidcConfig === undefined) throw validationError('You must specify an OIDC configuration');
      return action;
    case 'authenticate-cognito':
      if (action.AuthenticateCognitoConfig === undefined)
        throw validationError('You must specify a Cognito configuration');
      return action;
    case 'jwt-validation':
      if (action.JwtValidationConfig === undefined)
        throw validationError('You must specify a JWT validation configuration');
      return action;
  }
}

function normaliseForward(action: RuleAction): RuleAction {
  const given = action.ForwardConfig?.TargetGroups ?? [];
  const groups =
    given.length > 0 ? given : action.TargetGroupArn === undefined ? [] : [{ TargetGroupArn: action.TargetGroupArn }];
  if (groups.length === 0) throw validationError('You must specify at least one target group for a forward action');
  if (groups.length > 5) throw validationError('You can specify at most 5 target groups for a forward action');
  if (new Set(groups.map((group) => group.TargetGroupArn)).size < groups.length)
    throw validationError('A target group can be specified only once in a forward action');
  const [only] = groups;
  if (action.TargetGroupArn !== undefined && (groups.length > 1 || only?.TargetGroupArn !== action.TargetGroupArn)) {
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'You can specify both a target group ARN and a forward configuration only if they name the same single target group',
    );
  }
  const stickiness = action.ForwardConfig?.TargetGroupStickinessConfig ?? {};
  if (stickiness.Enabled === true && stickiness.DurationSeconds === undefined)
    throw validationError('You must specify DurationSeconds to enable target group stickiness');
  return {
    Type: action.Type,
    TargetGroupArn: groups.length === 1 ? only?.TargetGroupArn : undefined,
    Order: action.Order,
    ForwardConfig: {
      TargetGroups: groups.map((group) => ({ TargetGroupArn: group.TargetGroupArn, Weight: group.Weight ?? 1 })),
      TargetGroupStickinessConfig: { ...stickiness, Enabled: stickiness.Enabled ?? false },
    },
  };
}

function completeRedirect(action: RuleAction): NonNullable<RuleAction['RedirectConfig']> {
  const given = action.RedirectConfig;
  if (given === undefined) throw validationError('You must specify a redirect configuration');
  const whole = { Protocol: '#{protocol}', Host: '#{host}', Port: '#{port}', Path: '/#{path}', Query: '#{query}' };
  const complete = { ...whole, ...given };
  const unchanged = (['Protocol', 'Host', 'Port', 'Path'] as const).every((part) => complete[part] === whole[part]);
  if (unchanged)
    throw new AwsError(
      'InvalidLoadBalancerAction',
      'The redirect must change at least one of: protocol, port, host, path',
    );
  return complete;
}
