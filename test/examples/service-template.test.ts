import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { parseSpec } from '../../lib/specification/parse.ts';
import { lintSpec } from '../../lib/specification/lint.ts';

const text = readFileSync(new URL('../../examples/cloudformation/service.yml', import.meta.url), 'utf8');
const group = z.record(z.string(), z.unknown());
const slot = z.looseObject({
  DependsOn: z.array(z.string()),
  Properties: z.looseObject({ ServiceName: z.string(), TaskDefinition: z.string() }),
});
const template = z.object({
  Resources: z.looseObject({
    TargetGroupA: z.object({ Properties: group }),
    TargetGroupB: z.object({ Properties: group }),
    TaskDefinition: z.object({ UpdateReplacePolicy: z.string(), Properties: z.looseObject({ Family: z.string() }) }),
    Rule: z.object({
      Properties: z.object({
        Actions: z.tuple([
          z.object({
            ForwardConfig: z.object({
              TargetGroups: z.array(z.object({ TargetGroupArn: z.string(), Weight: z.string() })),
            }),
          }),
        ]),
      }),
    }),
    SlotA: slot,
    SlotB: slot,
  }),
  Outputs: z.object({ Spec: z.object({ Value: z.string() }) }),
});

// Intrinsic functions are read as what stands behind them: `!Ref Port` is `Port`.
const { Resources, Outputs } = template.parse(parse(text, { logLevel: 'silent' }));
const { SlotA, SlotB, Rule, TargetGroupA, TargetGroupB, TaskDefinition } = Resources;

describe('the template of a service', () => {
  test('has two slots that differ in their name and target group alone', () => {
    const same = JSON.stringify(SlotA)
      .replaceAll('${Service}-a', '${Service}-b')
      .replaceAll('"TargetGroupA"', '"TargetGroupB"');

    expect(JSON.parse(same)).toEqual(SlotB);
    expect(TargetGroupA.Properties).toEqual(TargetGroupB.Properties);
  });

  test.each([
    ['a', SlotA],
    ['b', SlotB],
  ])('leaves alone what Sluice moves of slot %s: its count and its task definition', (_, { Properties }) => {
    expect(Properties).not.toHaveProperty('DesiredCount');
    // The family alone: a new revision deploys nothing, and the revision of before stays registered.
    expect(Properties.TaskDefinition).toBe(TaskDefinition.Properties.Family);
    expect(TaskDefinition.UpdateReplacePolicy).toBe('Retain');
  });

  test('takes the weights of the rule from the parameters that Sluice writes', () => {
    const { TargetGroups } = Rule.Properties.Actions[0].ForwardConfig;
    const writes = readFileSync(new URL('../../lib/platform/ssm-weight-parameters.ts', import.meta.url), 'utf8');

    expect(writes).toContain('`/sluice/${stage}/weights/${service}/${slot}`');
    expect(TargetGroups).toEqual([
      { TargetGroupArn: 'TargetGroupA', Weight: '{{resolve:ssm:/sluice/${Stage}/weights/${Service}/a}}' },
      { TargetGroupArn: 'TargetGroupB', Weight: '{{resolve:ssm:/sluice/${Stage}/weights/${Service}/b}}' },
    ]);
  });

  test('makes no service before the rule that both target groups stand in: ECS takes no others', () => {
    expect([SlotA.DependsOn, SlotB.DependsOn]).toEqual([
      expect.arrayContaining(['Rule']),
      expect.arrayContaining(['Rule']),
    ]);
  });

  test('puts out a spec that is complete and without a finding', () => {
    const balancing = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';
    const values: Readonly<Record<string, string>> = {
      Service: 'web',
      Cluster: 'main',
      RepositoryName: 'shop/web',
      'SlotA.Name': 'web-a',
      'SlotB.Name': 'web-b',
      TargetGroupA: `${balancing}:targetgroup/web-a/0123456789abcdef`,
      TargetGroupB: `${balancing}:targetgroup/web-b/0123456789abcdef`,
      Rule: `${balancing}:listener-rule/app/main/0123456789abcdef/0123456789abcdef/0123456789abcdef`,
      HealthPath: '/health',
    };
    const written = Outputs.Spec.Value.replaceAll(/\$\{([\w.]+)\}/g, (_, name: string) => values[name] ?? `no ${name}`);
    const parsed = parseSpec(written, 'web.yml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed));

    expect(parsed.spec).toMatchObject({ container: 'app', taskDefinition: 'latest-of-family' });
    expect(lintSpec(written, 'web.yml').filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});
