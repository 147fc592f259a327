import type { TrafficRouter } from '../../drivers/traffic-router.ts';
import { parseRestorePlan, type RestorePlan, restorePlanOf } from '../../drivers/rules/restore-plan.ts';
import { withGreenWeight } from '../../drivers/rules/routing.ts';
import { isActive } from '../../rollout/phase.ts';
import { explainAwsFailure } from '../aws-failure.ts';
import { CliFailure, type CliContext, type GuardedRules, type StackOptions } from '../cli-context.ts';
import { whyUnreadable } from '../spec-files.ts';
import { answered } from './answered.ts';

/** Where a plan may come from. */
export interface PlanOptions extends StackOptions {
  readonly plan?: string;
}

const hint = `Name a plan that was saved before with --plan <file> (sluice get <rollout> --restore-plan).`;

/**
 * Returns the plan that is named, or that of the rollout under way: from the table, and where that does not answer, from the
 * schedule of its guard, which names rules and target groups, and from the live rules.
 */
export async function planFor(
  service: string,
  options: PlanOptions,
  balancer: Pick<TrafficRouter, 'read'>,
  context: CliContext,
): Promise<RestorePlan> {
  if (options.plan !== undefined) return planOfFile(service, options.plan, context);
  let state;
  try {
    state = await answered(activeStateOf(service, options, context));
  } catch (error) {
    return planOfGuard(service, whyNot(error), options, balancer, context);
  }
  if (state === undefined || !isActive(state)) {
    throw new CliFailure(
      `No rollout of ${service} is under way, so there is nothing to put back. To return to the version before: sluice rollback ${service} --reason "…"`,
    );
  }
  return restorePlanOf(state);
}

function whyNot(error: unknown): string {
  return error instanceof CliFailure ? error.message : explainAwsFailure(error);
}

async function activeStateOf(service: string, options: PlanOptions, context: CliContext) {
  const { store } = await context.connect({ ...options, impatient: true });
  const { lockedBy } = await store.service(service);
  return lockedBy === undefined ? undefined : (await store.load(lockedBy))?.state;
}

async function planOfGuard(
  service: string,
  why: string,
  options: PlanOptions,
  balancer: Pick<TrafficRouter, 'read'>,
  context: CliContext,
): Promise<RestorePlan> {
  const failure = `The restore plan could not be read from the table: ${why}`;
  let guarded: GuardedRules | undefined;
  try {
    const guards = await context.guards(options);
    guarded = await answered(guards.newestOf(service));
  } catch (error) {
    throw new CliFailure(`${failure} Nor from the schedule of the rollout's guard: ${whyNot(error)} ${hint}`);
  }
  const pairs = [...new Map((guarded?.rules ?? []).map((rule) => [rule.blue, rule])).values()];
  const [first] = pairs;
  if (guarded === undefined || first === undefined)
    throw new CliFailure(`${failure} No guard of a rollout of ${service} tells what to put back. ${hint}`);
  context.err(`${failure} The schedule of its guard names the rules of ${guarded.rolloutId}.`);
  const morePairs = pairs.slice(1).map(({ blue, green }) => ({ blueTargetGroup: blue, greenTargetGroup: green }));
  return {
    kind: 'sluice-restore-plan',
    schema: 1,
    service,
    rolloutId: guarded.rolloutId,
    blueTargetGroup: first.blue,
    greenTargetGroup: first.green,
    ...(morePairs.length > 0 && { morePairs }),
    items: await itemsOf(guarded, balancer),
  };
}

/** The live rules with everything on blue. */
function itemsOf({ rules }: GuardedRules, balancer: Pick<TrafficRouter, 'read'>): Promise<RestorePlan['items']> {
  return Promise.all(
    rules.map(async ({ kind, arn, blue, green }) => {
      try {
        const [live] = await balancer.read([kind === 'rule' ? { rule: arn } : { listener: arn }]);
        return { kind, arn, actions: withGreenWeight(live?.actions ?? [], { blue, green }, 0) };
      } catch (error) {
        throw new CliFailure(`${arn} could not be read: ${whyNot(error)} Nothing was touched.`);
      }
    }),
  );
}

const otherPlan = 'Leave --plan out to take the plan from the table, or name what sluice get --restore-plan wrote.';

async function planOfFile(service: string, file: string, context: CliContext): Promise<RestorePlan> {
  let text: string;
  try {
    text = await context.readFile(file);
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}), expected a restore plan. Nothing was touched. ${otherPlan}`);
  }
  const parsed = parseRestorePlan(text);
  if (!parsed.ok)
    throw new CliFailure(
      `${file} is no restore plan: ${parsed.problems.join('; ')}. Nothing was touched. ${otherPlan}`,
    );
  if (parsed.plan.service !== service)
    throw new CliFailure(
      `${file} is the plan of service ${parsed.plan.service}, not of ${service}. Nothing was touched.`,
    );
  return parsed.plan;
}
