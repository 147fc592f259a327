import * as z from 'zod';
import type { DividedTemplate, WholeTemplate } from '../../serverless/split-template.cjs';

const record = z.record(z.string(), z.unknown());
const name = z.string();
const template = z.looseObject({
  Parameters: record.default({}),
  Conditions: record.default({}),
  Resources: z.record(z.string(), z.looseObject({ DependsOn: z.union([z.string(), z.array(z.string())]).optional() })),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })).default({}),
});
const stackResource = z.object({
  Type: z.literal('AWS::CloudFormation::Stack'),
  Properties: z.object({ TemplateURL: z.string(), Parameters: record }),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});

type Refer = (id: string, attribute: string | undefined) => unknown;

/** What a template says of a resource, with every reference as the text `<id>` or `<id.attribute>`; without what it waits for. */
export function readerOf(whole: WholeTemplate): (id: string) => unknown {
  const { Resources: resources, Conditions: conditions } = template.parse(whole);
  const refer: Refer = (id, attribute) => `<${id}${attribute === undefined ? '' : `.${attribute}`}>`;
  return (id) => said(resources[id], conditions, refer);
}

/** The same of the parts of a divided template: through the parameters and outputs that carry a reference across. */
export function readerOfDivided(parts: DividedTemplate, urlOf: (file: string) => string): (id: string) => unknown {
  const root = template.parse(parts.root);
  const nested = Object.entries(root.Resources).flatMap(([id, one]) => {
    const stack = stackResource.safeParse(one).data;
    if (stack === undefined) return [];
    const file = Object.keys(parts.nested).find((name) => urlOf(name) === stack.Properties.TemplateURL) ?? '';
    return [{ id, given: stack.Properties.Parameters, own: template.parse(JSON.parse(parts.nested[file] ?? '')) }];
  });
  const inRoot: Refer = (id, attribute) => {
    const stack = nested.find((one) => one.id === id);
    const output = attribute?.replace(/^Outputs\./, '');
    if (stack === undefined || output === undefined) return `<${id}${attribute === undefined ? '' : `.${attribute}`}>`;
    return read(stack.own.Outputs[output]?.Value, inNested(stack));
  };
  const inNested =
    ({ own, given }: (typeof nested)[number]): Refer =>
    (id, attribute) => {
      if (id in own.Resources || id.startsWith('AWS::'))
        return `<${id}${attribute === undefined ? '' : `.${attribute}`}>`;
      if (!(id in own.Parameters)) throw new Error(`${id} is neither a resource nor a parameter of its stack.`);
      // A list is handed on as text, and is a list again there.
      const list = z.object({ 'Fn::Join': z.tuple([z.literal(','), z.unknown()]) }).safeParse(given[id]).data;
      return read(list === undefined ? given[id] : list['Fn::Join'][1], inRoot);
    };
  return (id) => {
    const stack = nested.find(({ own }) => id in own.Resources);
    if (stack === undefined) return said(root.Resources[id], root.Conditions, inRoot);
    return said(stack.own.Resources[id], stack.own.Conditions, inNested(stack));
  };
}

function said(resource: unknown, conditions: Readonly<Record<string, unknown>>, refer: Refer): unknown {
  const { DependsOn: _, Condition: condition, ...others } = record.parse(resource);
  return read({ ...others, ...(condition === undefined ? {} : { when: conditions[name.parse(condition)] }) }, refer);
}

function read(value: unknown, refer: Refer): unknown {
  if (Array.isArray(value)) return value.map((one) => read(one, refer));
  if (typeof value !== 'object' || value === null) return value;
  const { Ref: ref, 'Fn::GetAtt': attribute, 'Fn::Sub': sub, ...others } = record.parse(value);
  if (ref !== undefined) return refer(name.parse(ref), undefined);
  if (attribute !== undefined) {
    const [id = '', ...rest] = z
      .array(name)
      .parse([attribute].flat())
      .flatMap((part) => part.split('.'));
    return refer(id, rest.join('.'));
  }
  if (sub !== undefined) return substituted(sub, refer);
  return Object.fromEntries(Object.entries(others).map(([key, one]) => [key, read(one, refer)]));
}

function substituted(sub: unknown, refer: Refer): string {
  const [text, given] = typeof sub === 'string' ? [sub, {}] : z.tuple([z.string(), record]).parse(sub);
  return text.replaceAll(/\$\{([\w:.]+)\}/g, (_, reference: string) => {
    if (reference in given) return JSON.stringify(read(given[reference], refer)).replaceAll('"', '');
    const [id = '', ...rest] = reference.split('.');
    return String(refer(id, rest.length === 0 ? undefined : rest.join('.')));
  });
}
