import * as z from 'zod';
import { fitRoleNames, generatedIds } from '../../../serverless/generated-ids.cjs';
import { withNameSlots } from '../../../serverless/name-slots.cjs';
import { splitTemplate, type Chapter } from '../../../serverless/split-template.cjs';
import { CliFailure } from '../cli-failure.ts';

const resource = z.looseObject({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).optional(),
});
const parameter = z.looseObject({
  Default: z.unknown().optional(),
  AllowedPattern: z.string().optional(),
  AllowedValues: z.array(z.unknown()).optional(),
  Description: z.string().optional(),
});

/** As much of a CloudFormation template as a deployment needs to know. */
export const stackTemplate = z.looseObject({
  Description: z.string().optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Resources: z.record(z.string(), resource),
});
export type StackTemplate = z.output<typeof stackTemplate>;
type Resources = StackTemplate['Resources'];

/** Values of a template's parameters, by name. */
export type ParameterValues = Readonly<Record<string, string>>;

/** What the package carries: made once, for every stage and region. */
export interface PackagedStack {
  /** With its parameters, under the logical ids of the stage that it was packaged for. */
  readonly template: StackTemplate;
  /** The stage that it was packaged for. */
  readonly packagedFor: string;
  /** What goes into nested stacks, by their names. */
  readonly chapters: Readonly<Record<string, Chapter>>;
  /** The stack before its code is there: the bucket that takes it. */
  readonly core: StackTemplate;
  /** The zip of a function, by the function's name. */
  readonly zip: (name: string) => Promise<Uint8Array>;
}

/** The logical id of the bucket that takes the code of the functions. */
export const codeBucket = 'ServerlessDeploymentBucket';

const version = z.object({ FunctionName: z.object({ Ref: z.string() }), CodeSha256: z.string() });

/** A function's zip and where the template expects it. */
export interface FunctionCode {
  readonly name: string;
  readonly key: string;
}

/** The template for one installation, and the code that it names. */
export interface RenderedStack {
  /** The whole, as one template. */
  readonly template: StackTemplate;
  /** What is deployed: the whole without its chapters, and each chapter's own template by the key where the root expects it. */
  readonly root: StackTemplate;
  readonly nested: Readonly<Record<string, string>>;
  readonly code: readonly FunctionCode[];
}

/**
 * Returns the template of an installation: with the logical ids and names that `serverless deploy` gives it there, and its code in a bucket.
 * A zip's key has its hash in it, so code that did not change is not uploaded again.
 * @param values of all parameters; one of them is `Stage`
 * @param bucket that holds the code; `undefined` for the stack's own one
 */
export function renderStack(
  { template: packaged, packagedFor, chapters }: Pick<PackagedStack, 'template' | 'packagedFor' | 'chapters'>,
  values: ParameterValues,
  region: string,
  bucket: string | undefined,
): RenderedStack {
  const stage = values['Stage'] ?? '';
  const template = stackTemplate.parse(JSON.parse(renamed(packaged, new Map(ruleIds(packaged, packagedFor, stage)))));
  fitRoleNames(template, stage, region);
  const located = placeCode(template.Resources, bucket);
  const text = renamed({ ...template, Resources: located.resources }, generatedIds(template, values));
  const whole = stackTemplate.parse(withNameSlots(stackTemplate.parse(JSON.parse(text)), values));
  return { template: whole, ...divided(whole, chapters, bucket), code: located.code };
}

function divided(
  whole: StackTemplate,
  chapters: PackagedStack['chapters'],
  bucket: string | undefined,
): Pick<RenderedStack, 'root' | 'nested'> {
  const keyOf = (file: string) => `sluice/templates/${file}`;
  const { root, nested } = splitTemplate(whole, chapters, (file) => ({
    'Fn::Sub': `https://s3.\${AWS::Region}.\${AWS::URLSuffix}/${bucket ?? `\${${codeBucket}}`}/${keyOf(file)}`,
  }));
  const byKey = Object.entries(nested).map(([file, text]) => [keyOf(file), text] as const);
  return { root: stackTemplate.parse(root), nested: Object.fromEntries(byKey) };
}

/** The ids are long and are nowhere else, so the whole text is searched for them. */
function renamed(template: StackTemplate, ids: ReadonlyMap<string, string>): string {
  return [...ids].reduce((text, [before, after]) => text.replaceAll(before, after), JSON.stringify(template));
}

/** The framework puts the name of the stage into the ids of the rules. */
function ruleIds({ Resources: resources }: StackTemplate, from: string, to: string): [string, string][] {
  const alone = (stage: string) => `Sluice${stage.replaceAll(/[^0-9A-Za-z]/g, '')}`;
  return Object.keys(resources)
    .filter((id) => id.startsWith(alone(from)))
    .map((id) => [id, `${alone(to)}${id.slice(alone(from).length)}`]);
}

function placeCode(resources: Resources, bucket: string | undefined): { resources: Resources; code: FunctionCode[] } {
  const code = Object.values(resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Version') return [];
    const { FunctionName, CodeSha256 } = version.parse(Properties);
    const name = FunctionName.Ref.replace(/LambdaFunction$/, '');
    return [{ name, key: `sluice/functions/${name}-${Buffer.from(CodeSha256, 'base64').toString('hex')}.zip` }];
  });
  const keys = new Map(code.map(({ name, key }) => [`${name}LambdaFunction`, key]));
  const S3Bucket = bucket ?? { Ref: codeBucket };
  const placed = Object.entries(resources).map(([id, one]) => {
    const key = keys.get(id);
    return [
      id,
      key === undefined ? one : { ...one, Properties: { ...one.Properties, Code: { S3Bucket, S3Key: key } } },
    ];
  });
  return { resources: z.record(z.string(), resource).parse(Object.fromEntries(placed)), code };
}

/**
 * Returns the value of every parameter of a template: as given, else as the stack has it, else by default.
 * @throws CliFailure for a parameter that there is not, for a value that it does not take, and for one that has no value
 */
export function parameterValues(
  { Parameters: parameters }: StackTemplate,
  given: ParameterValues,
  deployed: ParameterValues,
): ParameterValues {
  const known = Object.keys(parameters);
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    throw new CliFailure(`The stack has no parameter ${name}. It has: ${known.join(', ')}`, 2);
  }
  const values = Object.entries(parameters).map(([name, { Default, AllowedPattern, AllowedValues, Description }]) => {
    const value = given[name] ?? deployed[name] ?? textOf(Default);
    const about = Description === undefined ? '' : ` (${Description})`;
    if (value === undefined) throw new CliFailure(`Parameter ${name}${about} needs a value.`, 2);
    if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(value))
      throw new CliFailure(`Parameter ${name}${about} does not take "${value}": it must match ${AllowedPattern}`, 2);
    if (AllowedValues !== undefined && !AllowedValues.map(textOf).includes(value))
      throw new CliFailure(`Parameter ${name}${about} takes one of: ${AllowedValues.map(textOf).join(', ')}`, 2);
    return [name, value];
  });
  return z.record(z.string(), z.string()).parse(Object.fromEntries(values));
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
