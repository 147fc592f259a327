import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { type StackPackage, withPackagedStack } from '../../local/stack/package-stack.ts';

const resource = z.object({
  Type: z.string(),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string(), z.array(z.string())]).optional(),
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

/** What `serverless package` makes of `serverless.yml` for a stage, offline, with parameters such as `balancers=shop`. */
export function packageStack(stage: string, params: readonly string[] = []): Promise<PackagedStack> {
  const read = async (packaged: StackPackage) => ({
    resources: template.parse(JSON.parse(await readFile(packaged.template, 'utf8'))).Resources,
    inRoot: new Set(Object.keys(template.parse(JSON.parse(await readFile(packaged.root, 'utf8'))).Resources)),
    zipBytes: packaged.zipBytes,
  });
  return withPackagedStack(stage, read, params);
}
