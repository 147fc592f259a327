import {
  DescribeRulesCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
  type RuleCondition,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** The tag of a rule that a rollout made; its value is the rollout's id. */
export const rolloutTag = 'sluice:rollout';
/** DescribeTags takes at most 20 resources a call. */
const tagsBatch = 20;

/**
 * Reads all rules of a listener.
 * @throws ListenerNotFoundException where it is not there
 */
export async function elbRulesOf(client: ElasticLoadBalancingV2Client, listenerArn: string): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  let marker: string | undefined;
  do {
    const page = await client.send(new DescribeRulesCommand({ ListenerArn: listenerArn, Marker: marker }));
    rules.push(...(page.Rules ?? []));
    marker = page.NextMarker;
  } while (marker !== undefined && marker !== '');
  return rules;
}

/** Returns the value of a tag by the ARN of the rule, of those that carry it. */
export async function elbTagsOf(
  client: ElasticLoadBalancingV2Client,
  rules: readonly Rule[],
  tag: string,
): Promise<ReadonlyMap<string, string>> {
  const tags = await elbAllTagsOf(client, rules);
  return new Map([...tags].flatMap(([arn, own]) => (own[tag] === undefined ? [] : [[arn, own[tag]] as const])));
}

/** Returns all tags by the ARN of the rule. Default rules are left out. */
export async function elbAllTagsOf(
  client: ElasticLoadBalancingV2Client,
  rules: readonly Rule[],
): Promise<ReadonlyMap<string, Readonly<Partial<Record<string, string>>>>> {
  const arns = rules.filter((rule) => rule.IsDefault !== true).flatMap(({ RuleArn }) => RuleArn ?? []);
  const tags = new Map<string, Readonly<Partial<Record<string, string>>>>();
  for (let start = 0; start < arns.length; start += tagsBatch) {
    const batch = arns.slice(start, start + tagsBatch);
    const { TagDescriptions = [] } = await client.send(new DescribeTagsCommand({ ResourceArns: batch }));
    for (const { ResourceArn, Tags = [] } of TagDescriptions) {
      const own: Partial<Record<string, string>> = {};
      for (const { Key, Value } of Tags) if (Key !== undefined) own[Key] = Value;
      if (ResourceArn !== undefined) tags.set(ResourceArn, own);
    }
  }
  return tags;
}

/** A described condition in the form that creating takes: the values once, in the field's own configuration. */
export function creatable(condition: RuleCondition): RuleCondition {
  const { Values: _, RegexValues: __, HostHeaderConfig, PathPatternConfig, HttpHeaderConfig, ...rest } = condition;
  const told: RuleCondition = {
    ...rest,
    ...(HostHeaderConfig && { HostHeaderConfig: listsOf(HostHeaderConfig) }),
    ...(PathPatternConfig && { PathPatternConfig: listsOf(PathPatternConfig) }),
    ...(HttpHeaderConfig && {
      HttpHeaderConfig: { HttpHeaderName: HttpHeaderConfig.HttpHeaderName, ...listsOf(HttpHeaderConfig) },
    }),
  };
  const hasOwnConfiguration = Object.keys(told).some((key) => key.endsWith('Config'));
  return hasOwnConfiguration ? told : { ...told, ...listsOf(condition) };
}

/** Of the two ways to say values the one in use: an empty list is described, but not taken. */
function listsOf({ Values = [], RegexValues = [] }: Pick<RuleCondition, 'Values' | 'RegexValues'>) {
  return { ...(Values.length > 0 && { Values }), ...(RegexValues.length > 0 && { RegexValues }) };
}
