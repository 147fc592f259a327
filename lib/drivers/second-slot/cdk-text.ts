import type { CodePlace } from './code-place.ts';
import type { SecondSlot } from './slot-to-copy.ts';
import { resourcesOf, type TemplateResource, type TemplateValue } from './template-of.ts';

const constructs: Readonly<Record<string, string>> = {
  'AWS::ElasticLoadBalancingV2::TargetGroup': 'elb.CfnTargetGroup',
  'AWS::ElasticLoadBalancingV2::ListenerRule': 'elb.CfnListenerRule',
  'AWS::ECS::Service': 'ecs.CfnService',
};

/** Returns an app of the CDK, in TypeScript, that makes a second slot. */
export function cdkText(slot: SecondSlot, place: CodePlace, head: readonly string[]): string {
  const { stack, region, account } = place;
  return [
    ...head.map((line) => `// ${line}`),
    "import { App, aws_ecs as ecs, aws_elasticloadbalancingv2 as elb, Stack, Token } from 'aws-cdk-lib';",
    '',
    `const stack = new Stack(new App(), ${quoted(stack)}, { env: { account: ${quoted(account)}, region: ${quoted(region)} } });`,
    ...Object.entries(resourcesOf(slot, place)).flatMap(([id, resource]) => ['', ...constructOf(id, resource)]),
    '',
  ].join('\n');
}

function constructOf(id: string, { Type, Properties, DependsOn = [] }: TemplateResource): readonly string[] {
  const name = camelCase(id);
  return [
    `const ${name} = new ${constructs[Type] ?? ''}(stack, ${quoted(id)}, ${literal(Properties, '')});`,
    ...DependsOn.map((other) => `${name}.addDependency(${camelCase(other)});`),
  ];
}

function literal(value: TemplateValue, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  const deeper = `${indent}  `;
  if (isList(value)) {
    if (value.every((one) => typeof one !== 'object')) return `[${value.map((one) => literal(one, '')).join(', ')}]`;
    return `[\n${value.map((one) => `${deeper}${literal(one, deeper)},\n`).join('')}${indent}]`;
  }
  if (typeof value['Ref'] === 'string') return `${camelCase(value['Ref'])}.ref`;
  const fields = Object.entries(value).map(([key, one]) => {
    // A number in the CDK, which CloudFormation reads from the parameter.
    const text =
      key === 'Weight' && typeof one === 'string' ? `Token.asNumber(${literal(one, deeper)})` : literal(one, deeper);
    return `${deeper}${camelCase(key)}: ${text},\n`;
  });
  return `{\n${fields.join('')}${indent}}`;
}

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}

/** `EnableECSManagedTags` is `enableEcsManagedTags` in the CDK. */
function camelCase(name: string): string {
  const words = name.replaceAll('ECS', 'Ecs');
  return `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
}

/** JSON is a literal of TypeScript. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
