import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type StackPackage, withPackagedStack } from '../../local/stack/package-stack.ts';
import { withNameSlots } from '../../serverless/name-slots.cjs';
import { withParameters } from '../../local/stack/template-parameters.ts';

const resource = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
});
const whole = z.looseObject({
  Parameters: z.record(z.string(), z.looseObject({ Default: z.unknown().optional() })),
  Resources: z.record(z.string(), z.unknown()),
});
const template = z.object({ Resources: z.record(z.string(), resource) });
export type Resource = z.output<typeof resource>;

export interface PackagedStack {
  /** Those of the root and of every nested stack. */
  readonly resources: Readonly<Record<string, Resource>>;
  /** Logical ids of the root stack: everything else is in a nested one. */
  readonly inRoot: ReadonlySet<string>;
  /** Bytes of each function's zip, by the function's name. */
  readonly zipBytes: Readonly<Record<string, number>>;
}

/**
 * What `serverless package` makes of `serverless.yml` for a stage, offline.
 * @param params parameters of `serverless.yml`, such as `balancers=shop`
 * @param values of the template's own parameters, besides the stage
 */
export function packageStack(
  stage: string,
  params: readonly string[] = [],
  values: Readonly<Record<string, string>> = {},
): Promise<PackagedStack> {
  const read = async (packaged: StackPackage) => ({
    resources: template.parse(
      withParameters(withNameSlots(whole.parse(JSON.parse(await readFile(packaged.parameterised, 'utf8'))), values), {
        Stage: stage,
        ...values,
      }),
    ).Resources,
    inRoot: new Set(Object.keys(template.parse(JSON.parse(await readFile(packaged.root, 'utf8'))).Resources)),
    zipBytes: packaged.zipBytes,
  });
  return withPackagedStack(stage, read, params);
}
