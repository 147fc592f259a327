import { account, region } from './template.ts';
import type { IamRequest } from './request.ts';
import { fieldsOf, textsOf, unknownPart, type Value } from './values.ts';

/** What IAM is asked by a command, without the place that sends it. */
export type Ask = Omit<IamRequest, 'by'>;
/** An ARN of the region and account of `template.ts`. */
export const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;

/** What stands in a request where the product itself learns it from specs and answers only. */
export const samples = {
  rule: arn('elasticloadbalancing', 'listener-rule/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee'),
  listener: arn('elasticloadbalancing', 'listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2'),
  service: arn('ecs', 'service/main/web-a'),
  deployment: arn('ecs', 'service-deployment/main/web/0EYSiB0qap8xf0N76FsbE'),
  revision: arn('ecs', 'service-revision/main/web/4980306466373577095'),
  task: arn('ecs', 'task/main/0123456789abcdef0123456789abcdef'),
  taskDefinition: arn('ecs', 'task-definition/web:*'),
  taskRole: `arn:aws:iam::${account}:role/web-task`,
  role: `arn:aws:iam::${account}:role/Deploy`,
  scalableTarget: arn('application-autoscaling', 'scalable-target/0ec51234567890abcdef'),
  repository: arn('ecr', 'repository/shop/web'),
  cluster: arn('ecs', 'cluster/main'),
  dashboard: `arn:aws:cloudwatch::${account}:dashboard/web`,
  stack: arn('cloudformation', 'stack/shop-web/0a1b2c3d-0000-1111-2222-333344445555'),
  userPool: arn('cognito-idp', 'userpool/eu-west-1_abcdefghi'),
  logStream: arn('logs', 'log-group:/ecs/web:log-stream:app/app/0123456789abcdef0123456789abcdef'),
  // Specs are refused whose secrets are elsewhere.
  parameter: arn('ssm', 'parameter/sluice/production/secret'),
  secret: arn('secretsmanager', 'secret:sluice/production/secret-a1b2c3'),
  // Of the parameter that names the workspace, the default.
  workspace: arn('aps', 'workspace/none'),
};

/** Values at a path of fields; `*` is every entry of a list. */
export const at = (values: Iterable<Value>, ...path: readonly string[]): readonly Value[] =>
  path.reduce<readonly Value[]>((held, key) => fieldsOf(held, key === '*' ? undefined : key), [...values]);
/** Texts at a path; a part of one that is not known is some word. */
export const textAt = (values: Iterable<Value>, ...path: readonly string[]): readonly string[] => {
  const texts = textsOf(at(values, ...path));
  const known = texts.filter((text) => text !== unknownPart);
  return (known.length > 0 ? known : texts).map((text) => text.replaceAll(unknownPart, 'some'));
};
/** An action that takes no resource. */
const anywhere = (action: string): readonly Ask[] => [{ action, resource: '*' }];
/** An action on each of some resources. */
export const each = (action: string, resources: readonly string[], context?: Ask['context']): readonly Ask[] =>
  resources.map((resource) => ({ action, resource, ...(context && { context }) }));

/** From what a command is sent with to what IAM is asked. */
export type Rule = (input: Iterable<Value>) => readonly Ask[];

/** Operations that are actions of the same name and take no resource. */
export const describes = (service: string, ...operations: readonly string[]): readonly [string, Rule][] =>
  operations.map((operation) => [operation, () => anywhere(`${service}:${operation}`)]);
