import { forwards } from '../../drivers/rules/kept-actions.ts';
import type { TrafficRouter } from '../../drivers/traffic-router.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { isOnBlue, pairsOfPlan, type RestorePlan } from '../../drivers/rules/restore-plan.ts';
import {
  type Routing,
  type RoutingAction,
  stickySecondsOf,
  weightsOf,
  withGreenWeight,
  withoutGroupStickiness,
} from '../../drivers/rules/routing.ts';
import { isSameButWeights } from '../../drivers/rules/restoration.ts';
import { formatDuration } from '../../specification/quantity.ts';
import { explainAwsFailure } from '../aws-failure.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { jsonText } from '../json-text.ts';
import { answered } from './answered.ts';
import { planFor, type PlanOptions } from './direct-plan.ts';
import { leaveRecord } from './direct-record.ts';
import { counted } from '../../specification/text/counted.ts';

export interface DirectOptions extends PlanOptions {
  readonly yes?: boolean;
  readonly once?: boolean;
  readonly json?: boolean;
  /** Why, for the file that it leaves. */
  readonly reason?: string;
}

type Balancer = Pick<TrafficRouter, 'read' | 'write'>;

interface Restored {
  readonly arn: string;
  readonly restored: boolean;
  /** What the rule has now, or why that is not known. */
  readonly saw: string;
}

/** No function that changes traffic lives longer than 15 s: what one wrote late is overwritten after it. */
const writersLiveMilliseconds = 16_000;

/**
 * `sluice rollback <service> --direct`: puts every rule back by the restore plan, with the load balancer alone. Where the table
 * answers, the rollout is taken over at the same time, so that nobody undoes it; one that does not answer holds nothing up.
 */
export async function rollBackDirectly(service: string, options: DirectOptions, context: CliContext): Promise<void> {
  const balancer = await context.balancer(options);
  const plan = await planFor(service, options, balancer, context);
  const before = await live(plan, balancer);
  const green = plan.items.filter(({ arn }) => {
    const routing = before.find((one) => one.arn === arn);
    return routing !== undefined && !isOnBlue(routing.weights, plan);
  });
  const what = `${counted(plan.items.length, 'rule')} of ${plan.rolloutId} will be put on ${pairsOfPlan(plan)
    .map(({ blue }) => blue)
    .join(', ')} (${green.length} are not there now).`;
  await confirm(what, options.yes, context);

  const started = context.now().getTime();
  const fence = raiseFence(plan, options, context);
  const first = await restore(plan, balancer);
  const restoredMs = context.now().getTime() - started;
  const fenced = await fence;
  if (options.json !== true) tell(first, restoredMs, fenced, plan, context);
  const last = options.once === true ? first : await restoreAgain(first, plan, balancer, context);

  const ok = last.every(({ restored }) => restored);
  const { rolloutId } = plan;
  const at = new Date(started).toISOString();
  const record = await leaveRecord(
    {
      ...{ service, rolloutId, at, by: context.user().slice(0, 200), restored: ok },
      ...(options.reason !== undefined && { why: options.reason }),
      rules: last.map(({ arn, saw }) => ({ arn, saw: saw.slice(0, 300) })),
    },
    options.stage,
    context,
  );
  if (options.json) context.out(jsonText({ rolloutId, restored: ok, restoredMs, fence: fenced, rules: last, record }));
  context.exitWith(ok ? 0 : 1);
  if (!ok) {
    const strays = last.filter(({ restored }) => !restored).map(({ arn, saw }) => `${arn} ${saw}`);
    throw new CliFailure(`Not all rules are back on blue: ${strays.join('; ')}. Run the same command again.`);
  }
}

function read({ kind, arn }: { readonly kind: 'rule' | 'listener'; readonly arn: string }, balancer: Balancer) {
  return balancer.read([kind === 'rule' ? { rule: arn } : { listener: arn }]).then(([routing]) => routing);
}

/** The rules as they are; one that is not there, or serves other target groups, shows that the plan is not for this world. */
async function live(plan: RestorePlan, balancer: Balancer): Promise<readonly Routing[]> {
  const known = pairsOfPlan(plan).flatMap(({ blue, green }) => [blue, green]);
  let routings: readonly Routing[];
  try {
    routings = (await Promise.all(plan.items.map((item) => read(item, balancer)))).flatMap((one) => one ?? []);
  } catch (error) {
    if (error instanceof Refusal) throw new CliFailure(`${error.message} Nothing was touched.`);
    throw error;
  }
  for (const { arn, weights } of routings) {
    const serving = Object.entries(weights).filter(([, weight]) => weight > 0);
    const foreign = serving.find(([group]) => !known.includes(group));
    if (foreign !== undefined || !Object.keys(weights).some((group) => known.includes(group))) {
      throw new CliFailure(
        `${arn} sends traffic to ${foreign?.[0] ?? 'no target group of the plan'}, which the plan of ${plan.rolloutId} does not know: it may belong to something else by now. Nothing was touched. Look at it in the AWS console.`,
      );
    }
  }
  return routings;
}

async function restore(plan: RestorePlan, balancer: Balancer): Promise<readonly Restored[]> {
  return Promise.all(
    plan.items.map(async (item): Promise<Restored> => {
      try {
        const now = await read(item, balancer).catch(() => undefined);
        await balancer.write(item.kind, item.arn, withoutGroupStickiness(keptIn(now, item, plan)));
        return await look(item, plan, balancer);
      } catch (error) {
        return { arn: item.arn, restored: false, saw: `could not be changed: ${explainAwsFailure(error)}` };
      }
    }),
  );
}

/** The rule as it is now with everything on blue, so that what others added since the plan was saved is kept; the plan's where it cannot be read. */
function keptIn(
  now: Routing | undefined,
  { actions }: RestorePlan['items'][number],
  plan: RestorePlan,
): readonly RoutingAction[] {
  const planned = weightsOf(actions);
  const pair = pairsOfPlan(plan).find(({ blue }) => (planned[blue] ?? 0) > 0);
  const isForwarding = now !== undefined && forwards(now.actions);
  if (now === undefined || !isForwarding || isSameButWeights(now.actions, actions)) return actions;
  return pair === undefined ? actions : withGreenWeight(now.actions, pair, 0);
}

async function look(item: RestorePlan['items'][number], plan: RestorePlan, balancer: Balancer): Promise<Restored> {
  const weights = (await read(item, balancer))?.weights ?? {};
  return { arn: item.arn, restored: isOnBlue(weights, plan), saw: `has ${JSON.stringify(weights)}` };
}

/** Once nobody who was under way can write any more. */
async function restoreAgain(
  first: readonly Restored[],
  plan: RestorePlan,
  balancer: Balancer,
  { err, sleep }: CliContext,
): Promise<readonly Restored[]> {
  err(
    `Looking again in ${formatDuration(writersLiveMilliseconds / 1000)}, when no function that was under way lives any more.`,
  );
  await sleep(writersLiveMilliseconds);
  const seen = await Promise.all(plan.items.map((item) => look(item, plan, balancer).catch(() => undefined)));
  if (seen.every((one) => one?.restored === true) && first.every(({ restored }) => restored)) return first;
  return restore(plan, balancer);
}

type Fence = 'raised' | 'ended' | `not reached: ${string}`;

async function raiseFence({ rolloutId }: RestorePlan, options: DirectOptions, context: CliContext): Promise<Fence> {
  try {
    const claim = async () => {
      const stack = await context.connect({ ...options, impatient: true });
      return stack.claim(rolloutId, `${context.user()}, directly`);
    };
    return (await answered(claim())) ? 'raised' : 'ended';
  } catch (error) {
    return `not reached: ${error instanceof CliFailure ? error.message : explainAwsFailure(error)}`;
  }
}

function tell(rules: readonly Restored[], ms: number, fence: Fence, plan: RestorePlan, { out, err }: CliContext): void {
  for (const { arn, restored, saw } of rules) out(`${restored ? 'on blue ' : 'NOT BACK'}  ${arn}  ${saw}`);
  out(`${rules.filter(({ restored }) => restored).length} of ${counted(rules.length, 'rule')} on blue after ${ms} ms.`);
  const sticky = plan.items.filter(({ actions }) => stickySecondsOf(actions) > 0);
  if (sticky.length > 0) {
    const longest = Math.max(...sticky.map(({ actions }) => stickySecondsOf(actions)));
    err(
      `Group stickiness of ${counted(sticky.length, 'rule')} is off, so that no client stays with green. Put it on again after ${formatDuration(longest)}; the rollback machine does so by itself.`,
    );
  }
  if (fence === 'raised')
    err(`The rollout is taken over, so nothing undoes this. Finish with: sluice rollback ${plan.service} --reason "…"`);
  else if (fence === 'ended') err(`The record says that ${plan.rolloutId} has ended.`);
  else
    err(
      `The rollout could not be taken over (${fence}). If its execution still runs, stop it, and roll back once the stack answers: sluice rollback ${plan.service} --reason "…"`,
    );
}
