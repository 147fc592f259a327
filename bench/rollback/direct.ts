import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { CliContext, CliWorld } from '../../lib/cli/cli-context.ts';
import { processContext } from '../../lib/cli/process-context.ts';
import { rollBackDirectly } from '../../lib/cli/rollback/direct.ts';
import type { RestorePlan } from '../../lib/drivers/rules/restore-plan.ts';
import { median } from './median.ts';
import { sample } from '../../local/sample/sample-names.ts';
import type { LocalStack } from '../../local/stack/local-stack.ts';

export interface DirectReport {
  readonly runs: number;
  /** Median of one ModifyRule and the DescribeRules after it, by a client of its own. */
  readonly plainMs: number;
  /** Median from the confirmation until every rule is back and read back. */
  readonly directMs: number;
  readonly ratio: number;
}

const answer = z.object({ restored: z.literal(true) });

/** A plain change of the rule beside `sluice rollback --direct` for it, in turn, each from a split. */
export async function measureDirect({ aws, service }: LocalStack, runs: number): Promise<DirectReport> {
  Object.assign(process.env, aws.environment);
  const { a, b } = service.targetGroups;
  const forward = (weightA: number) => [
    {
      Type: 'forward' as const,
      ForwardConfig: {
        TargetGroups: [
          { TargetGroupArn: a, Weight: weightA },
          { TargetGroupArn: b, Weight: 100 - weightA },
        ],
      },
    },
  ];
  const change = async (weightA: number): Promise<number> => {
    const client = new ElasticLoadBalancingV2Client({});
    const started = performance.now();
    await client.send(new ModifyRuleCommand({ RuleArn: service.ruleArn, Actions: forward(weightA) }));
    await client.send(new DescribeRulesCommand({ RuleArns: [service.ruleArn] }));
    return performance.now() - started;
  };
  const plan: RestorePlan = {
    kind: 'sluice-restore-plan',
    schema: 1,
    service: sample.service,
    rolloutId: 'bench',
    blueTargetGroup: a,
    greenTargetGroup: b,
    items: [{ kind: 'rule', arn: service.ruleArn, actions: forward(100) }],
  };
  const plain: number[] = [];
  const direct: number[] = [];
  const terminal = processContext();
  // The first of each loads code, which a second one does not.
  for (let run = 0; run <= runs; run += 1) {
    // Three writes a run: the API grants three a second.
    await sleep(1100);
    await change(75);
    const plainMs = await change(60);
    const directMs = await directly(plan, terminal);
    if (run === 0) continue;
    plain.push(plainMs);
    direct.push(directMs);
  }
  const [plainMs, directMs] = [median(plain), median(direct)];
  return { runs, plainMs, directMs, ratio: directMs / plainMs };
}

/** One `--direct`, with a clock that is read where the command reads it. */
async function directly(plan: RestorePlan, terminal: CliWorld): Promise<number> {
  const lines: string[] = [];
  const times: number[] = [];
  const context: CliContext = {
    ...terminal,
    out: (line) => lines.push(line),
    err: () => undefined,
    readFile: () => Promise.resolve(JSON.stringify(plan)),
    // What the command leaves for the record afterwards.
    writeFile: () => Promise.resolve('written'),
    now: () => {
      times.push(performance.now());
      return new Date();
    },
    exitWith: () => undefined,
  };
  await rollBackDirectly(
    plan.service,
    { stage: 'local', plan: 'plan.json', yes: true, once: true, json: true },
    context,
  );
  answer.parse(JSON.parse(lines.join('')));
  const [started = Number.NaN, ended = Number.NaN] = times;
  return ended - started;
}
