import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { StackPackage } from '../../local/stack/package-stack.ts';

/** A function of the stack as it would be deployed. */
export interface StackFunction {
  readonly name: string;
  readonly zip: string;
  readonly zipBytes: number;
  readonly handler: string;
  readonly memoryMegabytes: number;
  /** Names of its environment variables. */
  readonly variables: readonly string[];
}

const lambda = z.object({
  Type: z.literal('AWS::Lambda::Function'),
  Properties: z.object({
    FunctionName: z.string(),
    Handler: z.string(),
    MemorySize: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});
const template = z.object({ Resources: z.record(z.string(), z.unknown()) });

/** The functions of a packaged stack, in the template's order. */
export async function functionsOf(packaged: StackPackage): Promise<readonly StackFunction[]> {
  const { Resources: resources } = template.parse(JSON.parse(await readFile(packaged.template, 'utf8')));
  return Object.values(resources).flatMap((resource) => {
    const parsed = lambda.safeParse(resource);
    if (!parsed.success) return [];
    const { FunctionName, Handler, MemorySize, Environment } = parsed.data.Properties;
    const name = FunctionName.slice(FunctionName.lastIndexOf('-') + 1);
    const zip = packaged.zips[name];
    if (zip === undefined) throw new Error(`Function ${FunctionName} has no zip of its own.`);
    return [
      {
        name,
        zip,
        zipBytes: packaged.zipBytes[name] ?? 0,
        handler: Handler,
        memoryMegabytes: MemorySize,
        variables: Object.keys(Environment.Variables).filter((variable) => !variable.startsWith('NODE_')),
      },
    ];
  });
}
