import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';
import { unquoted } from './terraform-expression.ts';

/** A block of a resource or data source, its values still as they are written. */
export type Body = Readonly<Record<string, unknown>>;

/** A Terraform module as it stands in its files. */
export interface TerraformModule {
  readonly variables: Readonly<Record<string, Body>>;
  readonly locals: Body;
  /** By type and name: `aws_ecs_service.slot`. */
  readonly resources: Readonly<Record<string, Body>>;
  /** By type and name: `aws_partition.current`. */
  readonly data: Readonly<Record<string, Body>>;
  readonly outputs: Readonly<Record<string, Body>>;
}

const body = z.record(z.string(), z.unknown());
const labelled = z.array(z.record(z.string(), body)).default([]);
const twice = z.array(z.record(z.string(), z.record(z.string(), body))).default([]);
const blocks = z.object({
  variable: labelled,
  locals: z.array(body).default([]),
  resource: twice,
  data: twice,
  output: labelled,
});

/**
 * Reads a module with python-hcl2.
 * @param python of an environment that has it
 * @throws Error where a file is no HCL, or two blocks have one name
 */
export async function readModule(folder: string, python: string): Promise<TerraformModule> {
  const program = path.join(projectRoot, 'local', 'blocks', 'read_module.py');
  const { stdout } = await promisify(execFile)(python, ['-I', program, folder], { maxBuffer: 16 * 1024 * 1024 });
  const read = blocks.parse(JSON.parse(stdout));
  const ofOneLabel = (list: readonly Readonly<Record<string, Body>>[]) =>
    joined(list.flatMap((one) => Object.entries(one).map(([name, inner]) => [unquoted(name), inner] as const)));
  const ofTwo = (list: readonly Readonly<Record<string, Readonly<Record<string, Body>>>>[]) =>
    joined(
      list.flatMap((one) =>
        Object.entries(one).flatMap(([type, named]) =>
          Object.entries(named).map(([name, inner]) => [`${unquoted(type)}.${unquoted(name)}`, inner] as const),
        ),
      ),
    );
  return {
    variables: ofOneLabel(read.variable),
    locals: joined(read.locals.flatMap((one) => Object.entries(one).filter(([name]) => !name.startsWith('__')))),
    resources: ofTwo(read.resource),
    data: ofTwo(read.data),
    outputs: ofOneLabel(read.output),
  };
}

function joined<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  const all: Record<string, T> = {};
  for (const [name, value] of entries) {
    if (name in all) throw new Error(`the module has two blocks with the name ${name}`);
    all[name] = value;
  }
  return all;
}
