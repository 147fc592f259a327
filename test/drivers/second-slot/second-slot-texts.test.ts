import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import * as z from 'zod';
import { cdkText } from '../../../lib/drivers/second-slot/cdk-text.ts';
import { cloudFormationText } from '../../../lib/drivers/second-slot/cloudformation-text.ts';
import { planSecondSlot } from '../../../lib/drivers/second-slot/plan-second-slot.ts';
import type { RoutingAction } from '../../../lib/drivers/rules/routing.ts';
import { terraformText } from '../../../lib/drivers/second-slot/terraform-text.ts';
import { readModule } from '../../../local/blocks/terraform-module.ts';
import { projectRoot } from '../../../local/stack/project-root.ts';
import { unknownArguments } from '../../examples/terraform-arguments.ts';
import { python } from '../../second-opinions/python.ts';
import { groupArn, listenerArn, slotToCopy } from './slot-to-copy.ts';

const conditions = [
  { Field: 'path-pattern', PathPatternConfig: { Values: ['/a/*', '/${x}"\n'] } },
  { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-A', Values: ['1'] } },
  { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }, { Value: '3' }] } },
  { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET'] } },
  { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/8'] } },
];
const slotWith = (those: readonly RoutingAction[]) =>
  planSecondSlot(slotToCopy, [
    {
      ...{ arn: 'rule', isDefault: false, priority: 10, conditions: those, listener: listenerArn, all: [] },
      actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [{ TargetGroupArn: groupArn, Weight: 1 }],
            TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
          },
        },
      ],
    },
  ]);
const slot = slotWith(conditions);
const weights = { first: '/sluice/production/weights/web/a', second: '/sluice/production/weights/web/b' };
const place = { stack: 'web-b', region: 'eu-west-1', account: '111122223333', weights };
const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), DependsOn: z.array(z.string()).optional(), Properties: z.unknown() }),
  ),
});

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sluice-second-slot-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What the CDK makes of an app. */
async function synthesised(text: string): Promise<unknown> {
  return inFolder(async (folder) => {
    await symlink(path.join(projectRoot, 'examples/cdk/node_modules'), path.join(folder, 'node_modules'));
    await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(path.join(folder, 'slot.ts'), text);
    const env = { ...process.env, CDK_OUTDIR: path.join(folder, 'out') };
    await promisify(execFile)(process.execPath, ['slot.ts'], { cwd: folder, env });
    const name = (await readdir(env.CDK_OUTDIR)).find((file) => file.endsWith('.template.json')) ?? '';
    const made: unknown = JSON.parse(await readFile(path.join(env.CDK_OUTDIR, name), 'utf8'));
    return made;
  });
}

describe('a second slot as infrastructure code', () => {
  test('in CloudFormation shares everything with the first but names, weight and traffic', () => {
    const { Resources } = template.parse(parseYaml(cloudFormationText(slot, place, ['one', 'two'])));

    expect(Resources['Slot']).toMatchObject({
      DependsOn: ['Rule'],
      Properties: {
        ServiceName: 'web-b',
        TaskDefinition: 'web',
        LoadBalancers: [{ ContainerName: 'app', ContainerPort: 8080, TargetGroupArn: { Ref: 'TargetGroup' } }],
        Tags: [
          { Key: 'team', Value: 'shop ${var.x} "a" %{b}' },
          { Key: 'to', Value: 'x' },
        ],
      },
    });
    expect(Resources['Slot']?.Properties).not.toHaveProperty('DesiredCount');
    expect(Resources['Rule']).toMatchObject({
      Properties: {
        Priority: 9,
        Conditions: conditions,
        Actions: [
          {
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: groupArn, Weight: '{{resolve:ssm:/sluice/production/weights/web/a}}' },
                { TargetGroupArn: { Ref: 'TargetGroup' }, Weight: '{{resolve:ssm:/sluice/production/weights/web/b}}' },
              ],
              TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
            },
          },
        ],
      },
    });
  });

  test('in the CDK makes the same resources', async () => {
    const { Resources: expected } = template.parse(parseYaml(cloudFormationText(slot, place, [])));
    const { Resources: made } = template.parse(await synthesised(cdkText(slot, place, ['one'])));

    // The CDK sorts tags, and adds its own metadata.
    expect(Object.keys(made).filter((id) => id !== 'CDKMetadata')).toEqual(Object.keys(expected));
    for (const [id, { Type, DependsOn, Properties }] of Object.entries(expected))
      expect({ id, ...made[id] }).toMatchObject({ id, Type, ...(DependsOn && { DependsOn }), Properties });
  });

  test('in Terraform has arguments alone that the provider has, and leaves alone what rollouts move', async () => {
    const module = await inFolder(async (folder) => {
      await writeFile(path.join(folder, 'main.tf'), terraformText(slot, place, ['one', 'two']));
      return readModule(folder, python());
    });

    expect(Object.keys(module.resources)).toEqual([
      'aws_lb_target_group.second',
      'aws_lb_listener_rule.second',
      'aws_ecs_service.second',
    ]);
    expect(unknownArguments(module).unknown).toEqual([]);
    const text = JSON.stringify(module.resources);
    expect(text).toContain('shop $${var.x} ');
    expect(text).toContain('%%{b}');
    expect(module.resources['aws_ecs_service.second']).toMatchObject({
      desired_count: 0,
      lifecycle: [expect.objectContaining({ ignore_changes: ['desired_count', 'task_definition'] })],
    });
    expect(module.resources['aws_lb_listener_rule.second']).toMatchObject({
      lifecycle: [expect.objectContaining({ ignore_changes: ['action'] })],
    });
  });

  test('in Terraform is refused where a rule has a regular expression, with the other ways', () => {
    const regex = [{ Field: 'path-pattern', PathPatternConfig: { RegexValues: ['^/a'] }, RegexValues: ['^/a'] }];

    expect(() => terraformText(slotWith(regex), place, [])).toThrow('Use --cloudformation or --cdk.');
    expect(cloudFormationText(slotWith(regex), place, [])).toContain('RegexValues');
  });
});
