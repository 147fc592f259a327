import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { releasePlan } from '../../releases/release-plan.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { lintFile } from '../calendar-doubts.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { type Asked, asked } from '../plan/asked.ts';
import { calendarPlan } from '../plan/calendar-plan.ts';
import { readSpecFile } from '../spec-files.ts';
import { withStackOptions } from '../stack-options.ts';
import { readRelease } from './read-release.ts';
import { type MemberCalendar, releasePlanJson, releasePlanLines, type WholeRelease } from './release-plan-view.ts';

interface Options extends StackOptions {
  readonly offline?: boolean;
  readonly rollouts?: string;
  readonly json?: boolean;
}

/** `sluice release plan <file>`: in which order and when the members of a release go out, and go back. Changes nothing. */
export function planReleaseCommand(context: CliContext): Command {
  const command = new Command('plan')
    .description('show the order and the times of the members, and the order in which they go back')
    .argument('<file>', 'a release')
    .option('--offline', 'ask no AWS: read the rollout specs of the members from files')
    .option('--rollouts <folder>', 'with --offline: where those are; by default ../rollouts beside the file')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice release plan releases/checkout.yml --stage production\n  sluice release plan releases/checkout.yml --offline',
    );
  return withStackOptions(command).action((file: string, options: Options) => plan(file, options, context));
}

async function plan(file: string, options: Options, context: CliContext): Promise<void> {
  const release = await readRelease(file, context);
  const specs = options.offline
    ? await specsOfFiles(release.members, options.rollouts ?? join(dirname(file), '..', 'rollouts'), context)
    : await specsOfStage(release.members, options, context);
  const secondsOf = (service: string) => bakesOf(specs.get(service));
  const planned = releasePlan(release.members, secondsOf);
  const calendars = await Promise.all(
    planned.members.map(async ({ service, startsAtSeconds }): Promise<MemberCalendar> => {
      const known = specs.get(service);
      const at = new Date(context.now().getTime() + startsAtSeconds * 1000);
      const calendar =
        known !== undefined && 'answer' in known ? await calendarPlan(known.answer, options.stage, at) : undefined;
      return { service, at, calendar };
    }),
  );
  const unknown = [...specs].flatMap(([service, spec]) => ('unknown' in spec ? [`${service}: ${spec.unknown}`] : []));
  const whole: WholeRelease = { release, plan: planned, calendars, unknown };
  if (options.json) context.out(jsonText(releasePlanJson(whole)));
  else for (const line of releasePlanLines(whole)) context.out(line);
  if (unknown.length > 0) context.exitWith(1);
}

function bakesOf(spec: Asked<RolloutSpec> | undefined): number {
  if (spec === undefined || 'unknown' in spec) return 0;
  return spec.answer.steps.reduce((sum, { bake }) => sum + bake, 0);
}

type Specs = ReadonlyMap<string, Asked<RolloutSpec>>;
type Members = readonly { readonly service: string }[];

async function specsOfStage(members: Members, options: Options, context: CliContext): Promise<Specs> {
  const stack = await asked(() => context.connect(options));
  const found = members.map(async ({ service }): Promise<readonly [string, Asked<RolloutSpec>]> => {
    if ('unknown' in stack) return [service, stack];
    const applied = await asked(() => stack.answer.store.spec(service));
    if ('unknown' in applied) return [service, applied];
    return [service, specOr(applied.answer?.spec, `no spec is applied in stage ${options.stage}`)];
  });
  return new Map(await Promise.all(found));
}

async function specsOfFiles(members: Members, folder: string, context: CliContext): Promise<Specs> {
  const found = members.map(async ({ service }): Promise<readonly [string, Asked<RolloutSpec>]> => {
    const file = join(folder, `${service}.yml`);
    const read = await readSpecFile(context, file);
    if ('finding' in read) return [service, { unknown: `${file} ${read.finding.message}` }];
    const { spec } = await lintFile(read.text, file, context);
    if (spec?.service !== undefined && spec.service !== service)
      return [service, { unknown: `${file} is the spec of ${spec.service}` }];
    return [service, specOr(spec, `${file} has mistakes; sluice lint names them`)];
  });
  return new Map(await Promise.all(found));
}

function specOr(spec: RolloutSpec | undefined, unknown: string): Asked<RolloutSpec> {
  return spec === undefined ? { unknown } : { answer: spec };
}
