import {
  type CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackResourceCommand,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  type StackResource,
} from '@aws-sdk/client-cloudformation';
import { parseDocument, type ScalarTag } from 'yaml';
import { templateWeights } from '../drivers/rules/template-weights.ts';
import { type RuleTemplates, TemplateUnclear } from '../ports/rule-templates.ts';

/** `!Ref Group`, the short form that is written for `{ Ref: Group }`. Other functions of a template stay what can be told of none. */
const ref: ScalarTag = { tag: '!Ref', resolve: (name) => ({ Ref: name }) };
const others = ['!GetAtt', '!Sub', '!If', '!ImportValue', '!Select', '!FindInMap', '!Join', '!Split', '!Transform'];
const unread: readonly ScalarTag[] = others.map((tag) => ({ tag, resolve: (value) => ({ [tag]: value }) }));

/** Asks CloudFormation which stack owns a rule, and reads the rule in the stack's template as it was applied last. */
export function cloudFormationRuleTemplates(client: CloudFormationClient): RuleTemplates {
  return {
    async owning(arn) {
      const owned = await ownerOf(client, arn);
      if (owned === undefined) return undefined;
      const { StackId = '', StackName: stack = '', LogicalResourceId: resource = '' } = owned;
      const { TemplateBody = '' } = await client.send(
        new GetTemplateCommand({ StackName: StackId, TemplateStage: 'Processed' }),
      );
      const unclear = (why: string) => new TemplateUnclear(`${resource} of stack ${stack}: ${why}`);
      const document = parseDocument(TemplateBody, { customTags: [ref, ...unread], logLevel: 'silent' });
      if (document.errors.length > 0) throw unclear('its template cannot be read');
      const found = templateWeights(document.toJS(), resource);
      if ('unclear' in found) throw unclear(found.unclear);
      if (found.weights === 'elsewhere') return { stack, resource, weights: 'elsewhere' };
      const weights: Record<string, number> = {};
      for (const { group, weight } of found.weights) {
        const named = 'arn' in group ? group.arn : await physicalId(client, StackId, group.logicalId);
        // Of a group that gets nothing it does not matter which one it is.
        if (named === undefined && weight > 0) throw unclear('a target group comes from a parameter of the template');
        if (named !== undefined) weights[named] = (weights[named] ?? 0) + weight;
      }
      return { stack, resource, weights };
    },
  };
}

async function ownerOf(client: CloudFormationClient, arn: string): Promise<StackResource | undefined> {
  try {
    const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand({ PhysicalResourceId: arn }));
    const found = StackResources.find(({ PhysicalResourceId }) => PhysicalResourceId === arn);
    const [any] = StackResources;
    // It tells of the first hundred resources of the stack alone.
    if (found === undefined && any !== undefined)
      throw new TemplateUnclear(`stack ${any.StackName ?? ''} owns it and has too many resources to say as which`);
    return found;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function physicalId(client: CloudFormationClient, stack: string, id: string): Promise<string | undefined> {
  try {
    const { StackResourceDetail } = await client.send(
      new DescribeStackResourceCommand({ StackName: stack, LogicalResourceId: id }),
    );
    return StackResourceDetail?.PhysicalResourceId;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** CloudFormation has one error for all that is wrong with a request, and says in words that there is no such stack or resource. */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof CloudFormationServiceException &&
    error.name === 'ValidationError' &&
    error.message.includes('does not exist')
  );
}
