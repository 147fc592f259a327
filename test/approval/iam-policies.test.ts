import { beforeAll, describe, expect, test } from '@jest/globals';
import { evaluate, type Verdict } from '../../local/rights/evaluate.ts';
import { documentedPolicies } from './documented-policies.ts';

const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;
const table = arn('dynamodb', 'table/sluice-production');
const route = arn('execute-api', 'a1b2c3d4e5/production/POST/commands');

/** The one job that may start a rollout beside the API, and how. */
const withoutApi = 'Roll back a finished rollout without the API';
const startRollout = ['states:StartExecution', arn('states', 'stateMachine:sluice-production-rollout')] as const;

/** What each job asks of IAM, by the chapter of docs/iam.md that has its policy. */
const jobs: Readonly<Record<string, readonly (readonly [action: string, resource: string])[]>> = {
  Watch: [
    ['dynamodb:GetItem', table],
    ['dynamodb:Query', table],
    ['states:DescribeExecution', arn('states', 'execution:sluice-production-rollout:web-1')],
    ['states:DescribeExecution', arn('states', 'execution:sluice-production-release:checkout-1')],
  ],
  'Command, approve, apply': [
    ['execute-api:Invoke', route],
    ['cloudformation:DescribeStacks', arn('cloudformation', 'stack/sluice-production/1')],
  ],
  'Stop without the API': [
    ['states:ListStateMachines', '*'],
    ['states:StartExecution', arn('states', 'stateMachine:sluice-production-rollback')],
    ['states:DescribeExecution', arn('states', 'execution:sluice-production-rollback:web-1-rb-1')],
  ],
  [withoutApi]: [['states:ListStateMachines', '*'], startRollout],
  'Open the pages': [
    ['execute-api:Invoke', route.replace('commands', 'open')],
    ['cloudformation:DescribeStacks', arn('cloudformation', 'stack/sluice-production/1')],
  ],
  'Put the rules back directly': [
    ...['DescribeRules', 'DescribeListeners'].map((verb): [string, string] => [`elasticloadbalancing:${verb}`, '*']),
    ['elasticloadbalancing:ModifyRule', arn('elasticloadbalancing', 'listener-rule/app/web/1/2/3')],
    ['elasticloadbalancing:ModifyListener', arn('elasticloadbalancing', 'listener/app/web/1/2')],
  ],
  Doctor: [
    ...[
      ...['cloudformation:ListStacks', 'iam:GetRole', 'iam:SimulatePrincipalPolicy', 'lambda:GetAccountSettings'],
      ...['DescribeTrails', 'GetTrailStatus', 'LookupEvents'].map((action) => `cloudtrail:${action}`),
      ...['DescribeServices', 'DescribeTaskDefinition'].map((action) => `ecs:${action}`),
      ...['AccountLimits', 'Listeners', 'LoadBalancers', 'Rules', 'Tags', 'TargetGroups'].map(
        (what) => `elasticloadbalancing:Describe${what}`,
      ),
      ...['ScalableTargets', 'ScalingPolicies', 'ScheduledActions'].map(
        (what) => `application-autoscaling:Describe${what}`,
      ),
    ].map((action): [string, string] => [action, '*']),
    ['cloudformation:DescribeStacks', arn('cloudformation', 'stack/sluice-production/1')],
    ['cloudformation:ListStackResources', arn('cloudformation', 'stack/sluice-production/1')],
  ],
};

/** What no job may do. */
const forbidden = [
  ['dynamodb:PutItem', table],
  ['dynamodb:UpdateItem', table],
  ['dynamodb:DeleteItem', table],
  startRollout,
  ['states:StartExecution', arn('states', 'stateMachine:sluice-production-release')],
  ['states:SendTaskSuccess', '*'],
  ['execute-api:Invoke', route.replace('production', 'staging')],
  ['execute-api:Invoke', route.replace('a1b2c3d4e5', 'f6g7h8i9j0')],
  ['dynamodb:GetItem', table.replace('production', 'staging')],
  ['elasticloadbalancing:ModifyRule', arn('elasticloadbalancing', 'listener-rule/app/shop/1/2/3')],
] as const;

// That of deployments is held against the template: deploy-policy.test.ts.
const { Deploy: _, ...policies } = documentedPolicies();

const asked = (pairs: readonly (readonly [string, string])[], role: string) =>
  pairs.map(([action, resource]) => ({ role, action, resource, by: role }));

describe('the policies of docs/iam.md', () => {
  let verdict: Verdict;
  let denied: Verdict['denied'];

  beforeAll(async () => {
    const own = Object.entries(jobs).flatMap(([job, pairs]) => asked(pairs, job));
    verdict = await evaluate({ roles: policies, requests: own, services: [] });
    const others = Object.keys(policies).flatMap((job) => asked(forbidden, job));
    ({ denied } = await evaluate({ roles: policies, requests: others, services: [], removes: false }));
  });

  test('are one for each job', () => {
    expect(Object.keys(policies).sort()).toEqual(Object.keys(jobs).sort());
  });

  test('allow what the job does', () => {
    expect(verdict.denied).toEqual([]);
  });

  test('grant nothing that the job does not need', () => {
    expect(verdict.removals.length).toBeGreaterThanOrEqual(8);
    expect(verdict.removals.filter(({ found }) => found === null)).toEqual([]);
  });

  test('let nobody write to the table or reach another stage, and one job alone start a rollout beside the API', () => {
    const all = Object.keys(policies).flatMap((role) => forbidden.map(([action, on]) => `${role}: ${action} ${on}`));
    const refused = new Set(denied.map(({ role, action, resource }) => `${role}: ${action} ${resource}`));

    expect(all.filter((one) => !refused.has(one))).toEqual([`${withoutApi}: ${startRollout.join(' ')}`]);
  });
});
