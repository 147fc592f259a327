import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { TerraformModule } from '../../local/blocks/terraform-module.ts';

/** What the provider knows of the resources and data sources that we use, by the path of a block. */
export const knownArguments = z
  .object({ resources: z.record(z.string(), z.array(z.string())), data: z.record(z.string(), z.array(z.string())) })
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'terraform-arguments.json'), 'utf8')));

/** Terraform's own, which every resource may have. */
const meta = ['for_each', 'count', 'depends_on', 'lifecycle', 'provider'];

/** Returns every argument of a module's resources, and those that the provider does not have, as `type.block.argument`. */
export function unknownArguments({ resources }: Pick<TerraformModule, 'resources'>): {
  readonly used: readonly string[];
  readonly unknown: readonly string[];
} {
  const used = Object.entries(resources).flatMap(([address, body]) => argumentsOf(address.split('.')[0] ?? '', body));
  const unknown = used.filter((one) => {
    const at = one.lastIndexOf('.');
    return knownArguments.resources[one.slice(0, at)]?.includes(one.slice(at + 1)) !== true;
  });
  return { used, unknown };
}

function argumentsOf(at: string, body: unknown, depth = 0): readonly string[] {
  return Object.entries(z.record(z.string(), z.unknown()).parse(body)).flatMap(([name, value]) => {
    if (name.startsWith('__') || (depth === 0 && meta.includes(name))) return [];
    const blocks = Array.isArray(value) ? value.filter(isBlock) : [];
    return [`${at}.${name}`, ...blocks.flatMap((inner) => argumentsOf(`${at}.${name}`, inner, depth + 1))];
  });
}

function isBlock(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '__is_block__' in value;
}
