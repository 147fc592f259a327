import * as z from 'zod';
import type { Resource } from './packaged-stack.ts';

/**
 * What one resource costs in a month in which nothing rolls out, in dollars: list prices of eu-west-1 and us-east-1 (the same for what
 * is here), read in November 2026, without any free tier.
 */
export interface IdleItem {
  readonly what: string;
  readonly count: number;
  readonly dollars: number;
}

const secondsOfMonth = 30 * 24 * 3600;
const price = {
  key: 1,
  alarmMetric: 0.1,
  dashboard: 3,
  /** A request to SQS. */
  receive: 0.4 / 1e6,
  invocation: 0.2 / 1e6,
  /** A second of one GB on arm64. */
  gigabyteSecond: 0.000_013_333_4,
  trace: 5 / 1e6,
};
/** Lambda polls a standard queue with five pollers, each of which waits for 20 s. */
const receives = (5 * secondsOfMonth) / 20;
/** Of a scheduled function, above what was measured. */
const secondsOfRun = 2;

/** Paid by the request, the message or the byte: nothing while nothing happens. */
const paidByUse =
  /^AWS::(IAM|ApiGateway|SNS|SQS|S3|DynamoDB|StepFunctions|Scheduler|Logs|CloudFormation)::|^AWS::Lambda::(Function|Version|Permission|EventInvokeConfig|Alias)$|^AWS::KMS::Alias$/;

const alarm = z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() });
const mapping = z.object({ EventSourceArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }) });
const rule = z.object({
  ScheduleExpression: z.string().optional(),
  State: z.string().optional(),
  Targets: z.array(z.object({ Arn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }) })).default([]),
});
const lambda = z.object({ MemorySize: z.number() });

const seconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

function everySeconds(expression: string): number {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const one = seconds[unit];
  if (one === undefined) throw new Error(`No price is known for the schedule ${expression}.`);
  return Number(count) * one;
}

type Resources = Readonly<Record<string, Resource>>;

/** @throws Error where it has a type that no price is known of */
export function idleItems(resources: Resources): readonly IdleItem[] {
  const items = Object.entries(resources).flatMap(([id, resource]) => itemsOf(id, resource, resources));
  const byName = new Map<string, IdleItem>();
  for (const { what, count, dollars } of items) {
    const before = byName.get(what);
    byName.set(what, { what, count: count + (before?.count ?? 0), dollars: dollars + (before?.dollars ?? 0) });
  }
  return [...byName.values()];
}

function itemsOf(id: string, { Type: type, Properties: properties }: Resource, resources: Resources): IdleItem[] {
  if (paidByUse.test(type)) return [];
  if (type === 'AWS::KMS::Key') return [{ what: 'KMS keys', count: 1, dollars: price.key }];
  if (type === 'AWS::CloudWatch::Dashboard') return [{ what: 'dashboard', count: 1, dollars: price.dashboard }];
  if (type === 'AWS::CloudWatch::Alarm') {
    const metrics = alarm.parse(properties).Metrics?.filter(({ MetricStat: stat }) => stat !== undefined).length ?? 1;
    return [{ what: 'alarms', count: 1, dollars: metrics * price.alarmMetric }];
  }
  if (type === 'AWS::Lambda::EventSourceMapping') {
    const [source] = mapping.parse(properties).EventSourceArn['Fn::GetAtt'];
    // What Lambda reads of a stream of DynamoDB is free.
    if (resources[source]?.Type !== 'AWS::SQS::Queue') return [];
    return [{ what: 'queues that a function polls', count: 1, dollars: receives * price.receive }];
  }
  if (type === 'AWS::Events::Rule') return runsOf(properties, resources);
  throw new Error(`No price is known for ${id}, which is a ${type}: add it to what is paid by use, or give it one.`);
}

function runsOf(properties: unknown, resources: Resources): IdleItem[] {
  const { ScheduleExpression: schedule, State: state, Targets: targets } = rule.parse(properties);
  if (schedule === undefined || state === 'DISABLED') return [];
  return targets.map(({ Arn: arn }) => {
    const gigabytes = lambda.parse(resources[arn['Fn::GetAtt'][0]]?.Properties).MemorySize / 1024;
    const ofOne = price.invocation + price.trace + secondsOfRun * gigabytes * price.gigabyteSecond;
    return { what: 'functions by the clock', count: 1, dollars: (secondsOfMonth / everySeconds(schedule)) * ofOne };
  });
}
