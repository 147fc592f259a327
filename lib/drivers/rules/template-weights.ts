import * as z from 'zod';

/** A value of a template that says where it comes from: `{ Ref: 'Group' }`. */
const reference = z.object({ Ref: z.string() });
const group = z.union([z.string(), reference]);
const weight = z.union([z.number(), z.string(), reference]);

const forward = z.object({
  TargetGroupArn: group.optional(),
  ForwardConfig: z
    .object({ TargetGroups: z.array(z.object({ TargetGroupArn: group, Weight: weight.default(1) })).optional() })
    .optional(),
});

const template = z.object({
  Parameters: z.record(z.string(), z.looseObject({ Type: z.string() })).default({}),
  Resources: z.record(z.string(), z.looseObject({ Properties: z.looseObject({}).default({}) })),
});

/** A target group as a template names it, with the weight that it would get. */
export interface TemplateWeight {
  readonly group: { readonly arn: string } | { readonly logicalId: string };
  readonly weight: number;
}

/**
 * Reads the weights that a template gives in a rule or in the default actions of a listener: `elsewhere` where it takes one of them from
 * a parameter store at each update (a dynamic reference, or a parameter of the type `AWS::SSM::Parameter::Value`).
 * @returns a text that says why where they cannot be told, such as a function of the template
 */
export function templateWeights(
  source: unknown,
  resource: string,
): { readonly weights: readonly TemplateWeight[] | 'elsewhere' } | { readonly unclear: string } {
  const parsed = template.safeParse(source);
  if (!parsed.success) return { unclear: 'the template has no resources that can be read' };
  const { Resources, Parameters } = parsed.data;
  const { Actions, DefaultActions } = Resources[resource]?.Properties ?? {};
  const actions = z.array(z.looseObject({ Type: z.string() })).safeParse(Actions ?? DefaultActions);
  if (!actions.success) return { unclear: 'its actions are made by a function of the template' };
  const weights: TemplateWeight[] = [];
  for (const action of actions.data.filter(({ Type }) => Type === 'forward')) {
    const read = forward.safeParse(action);
    if (!read.success) return { unclear: 'its target groups or weights are made by a function of the template' };
    const { TargetGroupArn, ForwardConfig } = read.data;
    const whole = TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }];
    for (const { TargetGroupArn: named, Weight } of ForwardConfig?.TargetGroups ?? whole) {
      const number = weightOf(Weight, Parameters);
      if (number === 'elsewhere') return { weights: 'elsewhere' };
      if (number === undefined) return { unclear: 'a weight comes from a parameter of the template' };
      weights.push({ group: typeof named === 'string' ? { arn: named } : { logicalId: named.Ref }, weight: number });
    }
  }
  return { weights };
}

type Parameters = z.output<typeof template>['Parameters'];

function weightOf(value: z.output<typeof weight>, parameters: Parameters): number | 'elsewhere' | undefined {
  if (typeof value === 'object') {
    return parameters[value.Ref]?.Type.startsWith('AWS::SSM::Parameter::Value') === true ? 'elsewhere' : undefined;
  }
  if (typeof value === 'string' && value.includes('{{resolve:ssm')) return 'elsewhere';
  const number = Number(value);
  return Number.isInteger(number) && value !== '' ? number : undefined;
}
