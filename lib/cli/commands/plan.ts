import { Command } from 'commander';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import type { StartPreset } from '../../rollout/hotfix.ts';
import { type Finding, formatFinding } from '../../specification/finding.ts';
import { describeHotfix, hotfixSteps } from '../../specification/hotfix-steps.ts';
import { findingsAt } from '../../specification/lint.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { lintFile } from '../calendar-doubts.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { type Asked, asked } from '../plan/asked.ts';
import { calendarPlan } from '../plan/calendar-plan.ts';
import { liveTraffic } from '../live/live-traffic.ts';
import { type LivePlan, livePlan } from '../plan/live-plan.ts';
import { planJson, planLines } from '../plan/plan-view.ts';
import { type StackPlan, stackPlan } from '../plan/stack-plan.ts';
import { wholePlan } from '../plan/whole-plan.ts';
import { presetOption } from '../preset-option.ts';
import { readSpecFile } from '../spec-files.ts';
import { positiveInteger, taskDefinitionOption, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly offline?: boolean;
  readonly blueTasks?: number;
  readonly requestsPerMinute?: number;
  readonly taskDefinition?: string;
  readonly preset?: StartPreset;
  readonly json?: boolean;
}

const notAsked: Asked<never> = { unknown: 'not asked (--offline)' };

async function plan(file: string, options: Options, context: CliContext): Promise<void> {
  const read = await readSpecFile(context, file);
  const checked = 'finding' in read ? { findings: [read.finding] } : await lintFile(read.text, file, context);
  if (!('parsed' in checked) || !checked.parsed.ok || checked.spec === undefined) {
    for (const finding of checked.findings) context.err(formatFinding(finding));
    throw new CliFailure('There is nothing to plan. Correct what is reported above, then plan again.');
  }
  const {
    findings,
    parsed: { source },
  } = checked;
  const spec = options.preset === undefined ? checked.spec : { ...checked.spec, steps: hotfixSteps(checked.spec) };
  const region = options.region ?? layoutOf(spec).region;
  const [live, stack, measured] = options.offline
    ? [notAsked, notAsked, notAsked]
    : await askAws(spec, region, options, context);
  const { requestsPerMinute } = options;
  const traffic = requestsPerMinute === undefined ? measured : { answer: requestsPerMinute / 60 };
  const ofAws: readonly Finding[] = 'answer' in live ? findingsAt(live.answer.doubts, file, source) : [];
  // A second person lets a hotfix go on in spite of it.
  const calendar = options.preset === undefined ? await calendarPlan(spec, options.stage, context.now()) : undefined;
  const hotfix = options.preset && describeHotfix(checked.spec);
  const whole = { ...wholePlan(spec, live, stack, { blueTasks: options.blueTasks, traffic }), calendar, hotfix };
  const all = [...findings, ...ofAws];
  if (options.json) context.out(jsonText({ ...planJson(whole), findings: all }));
  else {
    for (const finding of all) context.err(formatFinding(finding));
    for (const line of planLines(whole)) context.out(line);
  }
  if (all.some(({ severity }) => severity === 'error')) context.exitWith(1);
}

function askAws(
  spec: RolloutSpec,
  region: string,
  options: Options,
  context: CliContext,
): Promise<[Asked<LivePlan>, Asked<StackPlan>, Asked<number>]> {
  const looking = context.look({ region });
  return Promise.all([
    asked(async () => livePlan(spec, options.taskDefinition, await looking, context.now())),
    asked(async () => stackPlan(spec, await context.connect({ ...options, region }))),
    asked(async () => liveTraffic(spec, await looking, await context.metrics({ region }), context.now())),
  ]);
}

/** `sluice plan <file>`: what a rollout by this spec would do, and what it would cost. Changes nothing. */
export function planCommand(context: CliContext): Command {
  const command = new Command('plan')
    .description('show what a rollout would do: times, weights, capacity, rules, configuration, cost')
    .argument('<file>', 'a rollout spec')
    .option('--offline', 'do not call AWS: only what the spec itself tells')
    .option('--blue-tasks <number>', 'plan for so many tasks of blue, instead of those that it has', positiveInteger)
    .option(
      '--requests-per-minute <number>',
      'plan for so many requests of the service, instead of those of the last hour',
      positiveInteger,
    )
    .addOption(presetOption())
    .option('--task-definition <arn>', 'the one that the request would name (from-event)', taskDefinitionOption)
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nWhat cannot be asked is named at the end. Exits with 1 where something found would hold the rollout up.\n\nExamples:\n  sluice plan rollouts/web.yml --stage production\n  sluice plan rollouts/web.yml --offline --blue-tasks 8 --requests-per-minute 120',
    );
  return withStackOptions(command).action((file: string, options: Options) => plan(file, options, context));
}
