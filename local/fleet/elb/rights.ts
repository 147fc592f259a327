import * as z from 'zod';
import { requestTags, resourceTags, type Right, type RightsAsked, withoutResource } from '../api/rights.ts';
import { listOf, tagList } from './form-schema.ts';
import type { ElbModel } from './model.ts';
import { tagsFrom } from './tags.ts';
import type { ElbWorld } from './world.ts';

const service = 'elasticloadbalancing';
const actions = listOf(z.looseObject({ Type: z.string() })).default([]);
const pool = z.object({ AuthenticateCognitoConfig: z.object({ UserPoolArn: z.string() }) });
const tags = tagList.optional();
const arns = listOf(z.string());

/**
 * The rights that Elastic Load Balancing asks for what Sluice does:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
 */
export function elbRights({ model }: Pick<ElbWorld, 'model'>): RightsAsked {
  const on = (name: string, arn: string, context: Right['context'] = {}): Right => ({
    action: `${service}:${name}`,
    resource: arn,
    context: { ...resourceTags(tagsOf(model, arn)), ...context },
  });
  return {
    ...withoutResource(service, describes),
    CreateRule: (input) => {
      const asked = z.object({ ListenerArn: z.string(), Actions: actions, Tags: tags }).parse(input);
      const set = tagsFrom(asked.Tags);
      const made = `${asked.ListenerArn.replace(':listener/', ':listener-rule/')}/*`;
      return [
        on('CreateRule', asked.ListenerArn, requestTags(set)),
        ...(set.size > 0
          ? [on('AddTags', made, { ...requestTags(set), 'elasticloadbalancing:CreateAction': 'CreateRule' })]
          : []),
        ...logins(asked.Actions),
      ];
    },
    ModifyRule: (input) => {
      const asked = z.object({ RuleArn: z.string(), Actions: actions }).parse(input);
      return [on('ModifyRule', asked.RuleArn), ...logins(asked.Actions)];
    },
    DeleteRule: (input) => [on('DeleteRule', z.object({ RuleArn: z.string() }).parse(input).RuleArn)],
    ModifyListener: (input) => {
      const asked = z.object({ ListenerArn: z.string(), DefaultActions: actions }).parse(input);
      return [on('ModifyListener', asked.ListenerArn), ...logins(asked.DefaultActions)];
    },
    AddTags: (input) => {
      const asked = z.object({ ResourceArns: arns, Tags: tagList }).parse(input);
      return asked.ResourceArns.map((arn) => on('AddTags', arn, requestTags(tagsFrom(asked.Tags))));
    },
    RemoveTags: (input) => {
      const asked = z.object({ ResourceArns: arns, TagKeys: listOf(z.string()) }).parse(input);
      return asked.ResourceArns.map((arn) => on('RemoveTags', arn, { 'aws:TagKeys': asked.TagKeys }));
    },
  };
}

const describes = [
  ...['DescribeLoadBalancers', 'DescribeLoadBalancerAttributes', 'DescribeListeners', 'DescribeRules', 'DescribeTags'],
  ...['DescribeTargetGroups', 'DescribeTargetGroupAttributes', 'DescribeTargetHealth', 'DescribeAccountLimits'],
  ...['DescribeListenerAttributes', 'DescribeListenerCertificates'],
];

/** Who writes a rule that authenticates with Cognito is asked for the right to read the pool's client. */
function logins(written: z.output<typeof actions>): readonly Right[] {
  return written.flatMap((action) => {
    const parsed = pool.safeParse(action);
    if (!parsed.success) return [];
    const { UserPoolArn } = parsed.data.AuthenticateCognitoConfig;
    return [{ action: 'cognito-idp:DescribeUserPoolClient', resource: UserPoolArn }];
  });
}

function tagsOf(model: ElbModel, arn: string): ReadonlyMap<string, string> | undefined {
  const { rules, listeners, targetGroups, loadBalancers } = model;
  return (rules.get(arn) ?? listeners.get(arn) ?? targetGroups.get(arn) ?? loadBalancers.get(arn))?.tags;
}
