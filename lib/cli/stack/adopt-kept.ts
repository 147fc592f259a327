import * as z from 'zod';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { runChange } from './run-change.ts';
import type { ImportedResource, KeptKind, StackDeployment } from './stack-deployment.ts';
import { stackTemplate, type ParameterValues, type StackTemplate } from './stack-template.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** By type: the property that names a resource. */
const naming: Readonly<Record<KeptKind, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::S3::Bucket': 'BucketName',
};
/** Of these an earlier stack leaves nothing that stops a deployment: a function's versions go with it, and a key has no name. */
const nameless = new Set(['AWS::Lambda::Version', 'AWS::KMS::Key']);
const kind = z.enum(['AWS::DynamoDB::Table', 'AWS::S3::Bucket']);

/** What the names of kept resources are made of. */
interface Place {
  readonly region: string;
  readonly account: string;
}

/**
 * Takes into the stack what an earlier stack of the stage has kept: resources that are retained have fixed names, and CloudFormation does
 * not create what is there. `serverless deploy` does the same; see `serverless/adopt-kept.cjs`.
 * @param next the root template that is deployed afterwards: nested stacks keep nothing that has a name
 * @param templateUrl puts a template where CloudFormation reads it
 * @throws CliFailure where something cannot be taken in, with the reason
 */
export async function adoptKept(
  next: StackTemplate,
  values: ParameterValues,
  place: Place,
  deployment: StackDeployment,
  templateUrl: (template: StackTemplate) => Promise<string>,
  context: Pick<CliContext, 'now' | 'sleep' | 'err'>,
): Promise<void> {
  const left = await leftBehind(next, values, place, deployment);
  if (left.length === 0) return;
  const names = left.map(({ name }) => name).join(', ');
  context.err(`Adopting what an earlier stack of this stage has kept: ${names}`);
  const own = await deployment.template();
  const adopted = left.map(({ id, property, name }) => {
    const resource = next.Resources[id];
    return [id, { ...resource, Properties: { ...resource?.Properties, [property]: name } }] as const;
  });
  const template = {
    ...own,
    ...('Conditions' in next ? { Conditions: next['Conditions'] } : {}),
    Parameters: next.Parameters,
    Resources: { ...own.Resources, ...Object.fromEntries(adopted) },
  };
  try {
    const url = await templateUrl(stackTemplate.parse(template));
    await runChange(deployment, { type: 'IMPORT', template: { url }, parameters: values, imports: left }, context);
  } catch (error) {
    const why = messageOf(error);
    throw new CliFailure(
      `${names} cannot be taken into stack ${deployment.name} (${why}). CloudFormation creates none of them while they are there: ` +
        'take what holds them back out of the way and deploy again, or delete them, with the record that they hold.',
    );
  }
}

async function leftBehind(
  next: StackTemplate,
  values: ParameterValues,
  { region, account }: Place,
  deployment: StackDeployment,
): Promise<readonly ImportedResource[]> {
  const own = await deployment.resources();
  const known = { ...values, 'AWS::Region': region, 'AWS::AccountId': account };
  const left: ImportedResource[] = [];
  for (const [id, { Type, DeletionPolicy, Properties }] of Object.entries(next.Resources)) {
    if (DeletionPolicy?.startsWith('Retain') !== true || nameless.has(Type) || own.has(id)) continue;
    const type = kind.parse(Type);
    const property = naming[type];
    const given = Properties?.[property];
    // Without a name it gets a new one from CloudFormation, so what an earlier stack has kept does not stop the deployment.
    if (given === undefined) continue;
    const name = resolved(given, known);
    if (await deployment.isThere(type, name)) left.push({ id, type, property, name });
  }
  return left;
}

/**
 * Returns a name as CloudFormation will make it.
 * @throws Error for one that depends on other resources
 */
function resolved(value: unknown, known: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return value;
  const sub = z.object({ 'Fn::Sub': z.string() }).safeParse(value).data?.['Fn::Sub'];
  if (sub === undefined) throw new Error(`The name ${JSON.stringify(value)} is not known before the deployment.`);
  return sub.replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => {
    const part = known[name];
    if (part === undefined) throw new Error(`The name ${sub} is not known before the deployment.`);
    return part;
  });
}
