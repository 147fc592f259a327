import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { projectRoot } from '../../local/stack/project-root.ts';
import { type IdleItem, idleItems } from './idle-cost.ts';
import { type PackagedStack, packageStack } from './packaged-stack.ts';

jest.setTimeout(240_000);

/** An account has three of them free, and no rollout needs it. */
const optional = ['dashboard'];
const most = 6;

let stack: PackagedStack;
beforeAll(async () => {
  stack = await packageStack('production');
});

const sum = (items: readonly IdleItem[]) => items.reduce((total, { dollars }) => total + dollars, 0);
const money = (dollars: number) => `$${dollars.toFixed(2)}`;

describe('a stage in which nothing rolls out', () => {
  test('costs at most $6 a month without its dashboard', () => {
    const needed = idleItems(stack.resources).filter(({ what }) => !optional.includes(what));

    expect(needed.map(({ what }) => what)).toEqual(expect.arrayContaining(['KMS keys', 'alarms']));
    expect(sum(needed)).toBeLessThanOrEqual(most);
  });

  test('costs what docs/cost.md says, position by position', async () => {
    const items = idleItems(stack.resources);
    const page = await readFile(path.join(projectRoot, 'docs', 'cost.md'), 'utf8');
    const rows = items.map(({ what, count, dollars }) => `| ${what} | ${String(count)} | ${money(dollars)} |`);
    const needed = sum(items.filter(({ what }) => !optional.includes(what)));

    expect(page.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual(
      expect.arrayContaining([...rows, `| in all, without the dashboard | | ${money(needed)} |`]),
    );
  });
});

describe('the price of a template', () => {
  const made = (Type: string, Properties: Record<string, unknown> = {}) => ({ Type, Properties });

  test('counts each metric of an alarm, each queue that is polled, and each run by the clock', () => {
    const at = (name: string) => ({ 'Fn::GetAtt': [name, 'Arn'] });
    const items = idleItems({
      Key: made('AWS::KMS::Key'),
      One: made('AWS::CloudWatch::Alarm'),
      Three: made('AWS::CloudWatch::Alarm', {
        Metrics: [{ MetricStat: {} }, { MetricStat: {} }, { MetricStat: {} }, { Expression: 'a + b' }],
      }),
      Queue: made('AWS::SQS::Queue'),
      Table: made('AWS::DynamoDB::Table'),
      OfQueue: made('AWS::Lambda::EventSourceMapping', { EventSourceArn: at('Queue') }),
      OfStream: made('AWS::Lambda::EventSourceMapping', { EventSourceArn: at('Table') }),
      Run: made('AWS::Lambda::Function', { MemorySize: 1024 }),
      Clock: made('AWS::Events::Rule', { ScheduleExpression: 'rate(1 hour)', Targets: [{ Arn: at('Run') }] }),
      Off: made('AWS::Events::Rule', {
        ScheduleExpression: 'rate(1 hour)',
        State: 'DISABLED',
        Targets: [{ Arn: at('Run') }],
      }),
      Heard: made('AWS::Events::Rule', { Targets: [{ Arn: at('Run') }] }),
    });

    expect(items.map(({ what, count, dollars }) => [what, count, Number(dollars.toFixed(4))])).toEqual([
      ['KMS keys', 1, 1],
      ['alarms', 2, 0.4],
      ['queues that a function polls', 1, 0.2592],
      ['functions by the clock', 1, 0.0229],
    ]);
  });

  test('is refused for a type or a schedule that no price is known of', () => {
    expect(() => idleItems({ Gate: made('AWS::EC2::NatGateway') })).toThrow('Gate, which is a AWS::EC2::NatGateway');
    const clock = made('AWS::Events::Rule', {
      ScheduleExpression: 'cron(0 3 * * ? *)',
      Targets: [{ Arn: { 'Fn::GetAtt': ['Run', 'Arn'] } }],
    });
    const resources = { Clock: clock, Run: made('AWS::Lambda::Function', { MemorySize: 512 }) };
    expect(() => idleItems(resources)).toThrow('the schedule cron(0 3 * * ? *)');
  });
});
