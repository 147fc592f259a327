import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { readModule, type TerraformModule } from '../../local/blocks/terraform-module.ts';
import { evaluated, ExpressionError } from '../../local/blocks/terraform-expression.ts';
import { knownArguments, unknownArguments } from './terraform-arguments.ts';
import { python } from '../second-opinions/python.ts';

const folder = path.resolve(import.meta.dirname, '../../examples/terraform/service');
let module: TerraformModule;

beforeAll(async () => {
  module = await readModule(folder, python());
});

describe('the Terraform module', () => {
  test('uses arguments alone that the provider has', () => {
    const { used, unknown } = unknownArguments(module);

    expect(used.length).toBeGreaterThan(80);
    expect(unknown).toEqual([]);
    expect(Object.keys(module.data).map((one) => one.split('.')[0])).toEqual(Object.keys(knownArguments.data));
  });

  test('names nothing that it does not declare, and declares no variable that it does not use', () => {
    const said = JSON.stringify([module.resources, module.locals, module.outputs, module.variables]);
    const names = (pattern: RegExp) => [...new Set([...said.matchAll(pattern)].map(([, name = '']) => name))].sort();

    expect(names(/\bvar\.(\w+)/g)).toEqual(Object.keys(module.variables).sort());
    expect(names(/\blocal\.(\w+)/g)).toEqual(Object.keys(module.locals).sort());
    expect(names(/(?<![\w.])(aws_\w+\.\w+)/g).filter((name) => !(name in module.resources))).toEqual([]);
    expect(names(/\bdata\.(\w+\.\w+)/g).filter((name) => !(name in module.data))).toEqual([]);
  });

  test('says of each variable what it is', () => {
    for (const body of Object.values(module.variables))
      expect(body).toMatchObject({ type: expect.anything(), description: expect.stringMatching(/^".{8,}"$/) });
  });

  test('leaves alone what Sluice moves: tasks and versions of the slots, and weights', () => {
    const ignored = (address: string) =>
      z
        .tuple([z.looseObject({ ignore_changes: z.array(z.string()) })])
        .parse(module.resources[address]?.['lifecycle'])[0].ignore_changes;

    expect(ignored('aws_ecs_service.slot')).toEqual(['desired_count', 'task_definition']);
    expect(ignored('aws_lb_listener_rule.service')).toEqual(['action']);
    expect(module.resources['aws_ecs_task_definition.service']).toMatchObject({ skip_destroy: true });
  });
});

describe('an expression of Terraform', () => {
  const lookup = (at: readonly string[]) =>
    Promise.resolve({ 'var.n': 3, 'var.m': { b: '2', a: '1' } }[at.join('.')] ?? at);

  test.each([
    ['"a-${var.n}"', 'a-3'],
    ['"a \\"quoted\\" ${var.n}${var.n}"', 'a "quoted" 33'],
    ['${var.n}', 3],
    ['${jsonencode({ a = [1, true], "b-c" = "x${var.n}" })}', '{"a":[1,true],"b-c":"x3"}'],
    [
      '${[for name, value in var.m : { name = name, value = value }]}',
      [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    ],
    ['${join("/", slice(split("/", "l/app/main/1/2"), 1, 4))}', 'app/main/1'],
    ['${aws_x.y["a"].arn}', ['aws_x', 'y', 'a', 'arn']],
    ['"<<-EOT\n    a: ${var.n}\n      b\n  EOT"', 'a: 3\n  b\n'],
  ])('%s', async (text, value) => {
    expect(await evaluated(text, lookup)).toEqual(value);
  });

  test.each(['${var.n + 1}', '${cidrsubnet("a", 1, 2)}', '${', '"${var.n"', '${[for x in var.m : x]}'])(
    'that cannot be read is an error, not a text: %s',
    async (text) => {
      await expect(evaluated(text, lookup)).rejects.toBeInstanceOf(ExpressionError);
    },
  );
});
