import * as z from 'zod';
import type { IamRequest } from './request.ts';
import { account, nameIn, type Resource, roleArn } from './template.ts';
import { ofType } from './wiring.ts';

/** A service of AWS that acts on a resource or takes on a role, by a policy of that resource or role. */
export interface OfService {
  /** Service principal. */
  readonly service: string;
  /** Logical ids of the resources whose policies may allow it. */
  readonly policies: readonly string[];
  readonly request: IamRequest;
}

const rule = z.object({
  Targets: z
    .array(z.object({ Arn: z.string(), DeadLetterConfig: z.object({ Arn: z.string() }).optional() }))
    .default([]),
});
const method = z.object({
  HttpMethod: z.string(),
  RestApiId: z.string(),
  Integration: z.object({ Type: z.string(), Uri: z.string().optional() }).optional(),
});
const alarm = z.object({ AlarmActions: z.array(z.string()).default([]), OKActions: z.array(z.string()).default([]) });
const withRole = z.object({ Role: z.string() });
const machine = z.object({ RoleArn: z.string() });
const permission = z.object({
  FunctionName: z.string(),
  Action: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
});

/** Everything that the template lets services of AWS do with each other: targets of rules and their queues, methods, alarms, roles. */
export function requestsOfServices(
  resources: readonly Resource[],
  scheduled: ReadonlySet<string>,
): readonly OfService[] {
  const from = (source: string) => ({ 'aws:SourceAccount': account, 'aws:SourceArn': source });
  const policiesOf = (type: string, of: string, name: string) =>
    ofType(resources, type)
      .filter(({ properties }) => JSON.stringify(properties[of]).includes(name))
      .map(({ id }) => id);
  const permissionsOf = (target: string) => {
    const name = target.slice(target.lastIndexOf(':') + 1);
    return ofType(resources, 'AWS::Lambda::Permission')
      .filter(({ properties }) => permission.parse(properties).FunctionName.endsWith(name))
      .map(({ id }) => id);
  };
  const assumed = (role: string, service: string, context: Record<string, string>, by: string): OfService => ({
    service,
    policies: ofType(resources, 'AWS::IAM::Role')
      .filter((one) => roleArn(one) === role)
      .map(({ id }) => id),
    request: { action: 'sts:AssumeRole', resource: role, context, by },
  });
  const queueName = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);

  return [
    ...ofType(resources, 'AWS::Events::Rule').flatMap((one) =>
      rule.parse(one.properties).Targets.flatMap(({ Arn, DeadLetterConfig }): OfService[] => {
        const source = `arn:aws:events:eu-west-1:${account}:rule/${nameIn(one, 'Name')}`;
        const invoke: OfService = {
          service: 'events.amazonaws.com',
          policies: permissionsOf(Arn),
          request: { action: 'lambda:InvokeFunction', resource: Arn, context: from(source), by: one.id },
        };
        if (DeadLetterConfig === undefined) return [invoke];
        const keep: OfService = {
          service: 'events.amazonaws.com',
          policies: policiesOf('AWS::SQS::QueuePolicy', 'Queues', queueName(DeadLetterConfig.Arn)),
          request: { action: 'sqs:SendMessage', resource: DeadLetterConfig.Arn, context: from(source), by: one.id },
        };
        return [invoke, keep];
      }),
    ),
    ...ofType(resources, 'AWS::ApiGateway::Method').flatMap(({ id, properties }): OfService[] => {
      const { HttpMethod, Integration, RestApiId } = method.parse(properties);
      const target = /functions\/(arn:[^/]+)\/invocations/.exec(Integration?.Uri ?? '')?.[1];
      if (target === undefined) return [];
      const source = `arn:aws:execute-api:eu-west-1:${account}:${RestApiId}/production/${HttpMethod}/some`;
      const request = { action: 'lambda:InvokeFunction', resource: target, context: from(source), by: id };
      return [{ service: 'apigateway.amazonaws.com', policies: permissionsOf(target), request }];
    }),
    ...ofType(resources, 'AWS::CloudWatch::Alarm').flatMap(({ id, properties }) => {
      const { AlarmActions, OKActions } = alarm.parse(properties);
      return [...new Set([...AlarmActions, ...OKActions])].map((topic): OfService => ({
        service: 'cloudwatch.amazonaws.com',
        policies: policiesOf('AWS::SNS::TopicPolicy', 'Topics', queueName(topic)),
        request: {
          action: 'sns:Publish',
          resource: topic,
          context: from(`arn:aws:cloudwatch:eu-west-1:${account}:alarm:some`),
          by: id,
        },
      }));
    }),
    ...ofType(resources, 'AWS::Lambda::Function').map(({ id, properties }) =>
      assumed(withRole.parse(properties).Role, 'lambda.amazonaws.com', {}, id),
    ),
    ...ofType(resources, 'AWS::StepFunctions::StateMachine').map(({ id, properties }) =>
      assumed(
        machine.parse(properties).RoleArn,
        'states.amazonaws.com',
        from(`arn:aws:states:eu-west-1:${account}:stateMachine:some`),
        id,
      ),
    ),
    ...[...scheduled].map((role) =>
      assumed(
        role,
        'scheduler.amazonaws.com',
        from(`arn:aws:scheduler:eu-west-1:${account}:schedule-group/sluice-production`),
        role,
      ),
    ),
  ];
}

/** The document of a policy that a resource carries for others; of a permission of a function, as Lambda writes it down. */
export function policyOf({ type, properties }: Resource): unknown {
  if (type === 'AWS::IAM::Role') return properties['AssumeRolePolicyDocument'];
  if (type !== 'AWS::Lambda::Permission') return properties['PolicyDocument'];
  const { Action, Principal, SourceArn } = permission.parse(properties);
  const condition = SourceArn === undefined ? {} : { Condition: { ArnLike: { 'aws:SourceArn': SourceArn } } };
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: Principal }, Action, Resource: '*', ...condition }],
  };
}
