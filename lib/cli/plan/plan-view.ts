import { layoutOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { describeLearned } from '../../rollout/describe-learned.ts';
import {
  bakeNeeded,
  chosenSteps,
  describeGathered,
  describeNeeds,
  describeQuiet,
  requestsGathered,
  requestsNeeded,
} from '../../rollout/quiet-steps.ts';
import { describeChange } from '../../rollout/configuration-change.ts';
import type { PlannedPosition } from '../../rollout/planned-cost.ts';
import type { PlannedStep, RolloutPlan } from '../../rollout/rollout-plan.ts';
import { formatDuration } from '../../specification/quantity.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { describeRoom } from '../live/balancer-room.ts';
import { table } from '../rollout-view.ts';
import type { Asked } from './asked.ts';
import { calendarLines } from './calendar-plan.ts';
import type { LivePlan, TouchedRule } from './live-plan.ts';
import type { StackPlan } from './stack-plan.ts';
import { dollarsOf, type WholePlan } from './whole-plan.ts';
import { counted } from '../../specification/text/counted.ts';

/** A plan as a person reads it. */
export function planLines(whole: WholePlan): readonly string[] {
  const { spec, plan, live, stack, calendar, hotfix, unknown } = whole;
  const blocks: (readonly string[])[] = [
    [...headLines(spec, plan), ...hotfixLines(hotfix, plan)],
    'answer' in stack ? stackLines(spec, stack.answer) : [],
    calendarLines(calendar, spec),
    'answer' in live ? slotLines(live.answer, spec) : [],
    [...stepLines(plan), ...requestLines(spec, whole.traffic)],
    guardLines(plan, spec),
    'answer' in live ? ruleLines(live.answer.rules, spec) : [],
    'answer' in live ? live.answer.rooms.map(describeRoom) : [],
    costLines(whole),
    unknown.length === 0 ? [] : ['Could not ask:', ...unknown.map((one) => `  ${one}`)],
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

function headLines(
  { service }: RolloutSpec,
  { steps, bakesSeconds, guard, approvals }: RolloutPlan,
): readonly string[] {
  const head = `${service}: ${counted(steps.length, 'step')}, ${formatDuration(bakesSeconds)} of bakes, rolled back after ${formatDuration(guard.limitSeconds)} at the latest`;
  if (approvals === undefined) return [head];
  const { roles, withinSeconds } = approvals;
  return [head, `Waits for the approval of ${roles.join(', ')}, for up to ${formatDuration(withinSeconds)}`];
}

function hotfixLines(hotfix: string | undefined, { approvals }: RolloutPlan): readonly string[] {
  if (hotfix === undefined) return [];
  const who =
    approvals === undefined
      ? 'It cannot be started: it takes a second person, and the spec names none who approves (approvals)'
      : 'Once it is approved, windows, freezes and stops that are in force do not hold it';
  return [hotfix, who];
}

function stackLines(
  { onBusy, service }: RolloutSpec,
  { applied, runs, keptUntil, learned }: StackPlan,
): readonly string[] {
  const version =
    applied === undefined
      ? 'No spec is applied yet: sluice apply does that'
      : `Version ${applied.version} is applied, ${applied.same ? 'and says the same' : 'and differs: sluice apply puts this one in force'}`;
  return [
    version,
    ...(runs === undefined
      ? []
      : [`${runs} of ${service} runs now; with \`onBusy: ${onBusy}\` this one would meet that`]),
    ...(keptUntil === undefined ? [] : [`The former version is kept until ${keptUntil}; a new rollout ends that`]),
    ...describeLearned(learned),
  ];
}

function slotLines({ blue, base, size }: LivePlan, spec: RolloutSpec): readonly string[] {
  if ('unknown' in blue) return [];
  const { slot, tasks } = blue.answer;
  const green = slot === 'a' ? 'b' : 'a';
  const large = size === undefined ? '' : `, each ${size.cpuUnits / 1024} vCPU and ${size.megabytes / 1024} GB`;
  const lines = [
    `Blue is slot ${slot}, ECS service ${workloadOf(spec, slot).service} with ${counted(tasks, 'task')}${large}; all of them stay until the end`,
    `Green is slot ${green}, ECS service ${workloadOf(spec, green).service}`,
  ];
  if ('unknown' in base) return lines;
  const { arn, difference } = base.answer;
  lines.push(
    `Green's task definition is a copy of ${arn} (taskDefinition: ${spec.taskDefinition}), with the new image`,
  );
  if (difference.changes.length === 0) return [...lines, '  the same configuration as blue'];
  const more = difference.more === 0 ? [] : [`  and ${difference.more} more`];
  return [...lines, ...difference.changes.map((change) => `  ${describeChange(change)}`), ...more];
}

function stepLines({ steps, provisionSeconds }: RolloutPlan): readonly string[] {
  const rows = steps.map((step, index) => [
    String(index + 1),
    `${step.weight} %`,
    `+${formatDuration(step.startsAtSeconds)}`,
    formatDuration(step.bakeSeconds),
    `+${formatDuration(step.endsAtSeconds)}`,
    formatDuration(step.holdSeconds),
    tasksOf(step, 'greenTasks'),
    tasksOf(step, 'blueTasks'),
  ]);
  return [
    ...table([['STEP', 'GREEN', 'AT', 'BAKE', 'UNTIL', 'HOLD', 'GREEN TASKS', 'BLUE TASKS'], ...rows]),
    `Times count from green's first traffic; before it green has up to ${formatDuration(provisionSeconds)} to come up`,
    ...steps.flatMap(({ weight, leftOutBelow }) =>
      leftOutBelow === undefined
        ? []
        : [
            `The step of ${weight} % is left out where the service had fewer than ${Math.ceil(leftOutBelow)} requests a second in the hour before: green would not have enough of them in it`,
          ],
    ),
  ];
}

/** How many requests each step gathers against what it needs; where the traffic is not known, how many the service must have. */
function requestLines(spec: RolloutSpec, traffic: Asked<number>): readonly string[] {
  if ('unknown' in traffic) {
    const needs = describeNeeds(spec);
    return needs === undefined ? [] : [needs];
  }
  const { steps, leftOut } = chosenSteps(spec, traffic.answer);
  const taken = { ...spec, steps };
  const weights = leftOut.map(({ weight }) => weight);
  return [describeGathered(taken, traffic.answer), ...describeQuiet(taken, weights, traffic.answer)];
}

function tasksOf(step: PlannedStep, which: 'greenTasks' | 'blueTasks'): string {
  return step[which] === undefined ? '?' : String(step[which]);
}

function guardLines({ guard, retention }: RolloutPlan, { header }: RolloutSpec): readonly string[] {
  const { silenceSeconds, limitSeconds } = guard;
  return [
    `Requests with ${header.name}: ${header.value} go to green from before the first step on`,
    `Guard: rolled back from outside after ${formatDuration(silenceSeconds)} of silence beyond its own waits, and ${formatDuration(limitSeconds)} after it was opened`,
    `Afterwards the former version is kept whole for ${formatDuration(retention.fullSeconds)}, and with one task until ${formatDuration(retention.keptSeconds)}`,
  ];
}

function ruleLines(rules: readonly TouchedRule[], spec: RolloutSpec): readonly string[] {
  if (rules.length === 0) return [];
  const layout = layoutOf(spec);
  const slotOf = (group: string) =>
    layout.groupsOf('a').includes(group) ? 'slot a' : layout.groupsOf('b').includes(group) ? 'slot b' : group;
  return [
    'Changes the weights of:',
    ...rules.map(({ kind, arn, priority, weights, headerRule }) => {
      const now = Object.entries(weights).map(([group, weight]) => `${slotOf(group)} ${weight}`);
      const place = priority === undefined ? '' : ` at priority ${priority}`;
      const header = headerRule ? 'a header rule before it meanwhile' : 'no header rule: it authenticates its users';
      return `  ${kind} ${arn}${place} (now ${now.join(', ')}; ${header})`;
    }),
  ];
}

function costLines({ pipeline, tasks }: WholePlan): readonly string[] {
  const rows = (positions: readonly PlannedPosition[]) =>
    positions.map(({ what, count, dollars }) => [`  ${what}`, rounded(count), `$${dollars.toFixed(5)}`]);
  const total = (what: string, positions: readonly PlannedPosition[]) => [
    what,
    '',
    `$${dollarsOf(positions).toFixed(4)}`,
  ];
  return [
    'Costs at list prices of us-east-1, where nothing is held:',
    ...table([
      ...rows(pipeline),
      total('  the pipeline itself', pipeline),
      ...(tasks.length === 0 ? [] : [...rows(tasks), total('  tasks beyond those that serve anyway', tasks)]),
    ]),
  ];
}

function rounded(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(2);
}

/** The same for machines. */
export function planJson(whole: WholePlan): object {
  const { spec, plan, live, stack, traffic, calendar, pipeline, tasks, unknown } = whole;
  const known = 'answer' in live ? live.answer : undefined;
  return {
    service: spec.service,
    ...plan,
    ...(whole.hotfix !== undefined && { preset: 'hotfix' }),
    blue: known && 'answer' in known.blue ? known.blue.answer : null,
    base: known && 'answer' in known.base ? known.base.answer : null,
    rules: known?.rules ?? null,
    rooms: known?.rooms ?? null,
    stack: 'answer' in stack ? stack.answer : null,
    calendar: calendar ?? null,
    traffic: 'answer' in traffic ? requestsJson(spec, traffic.answer) : null,
    cost: {
      pipeline: { positions: pipeline, dollars: dollarsOf(pipeline) },
      tasks: tasks.length === 0 ? null : { positions: tasks, dollars: dollarsOf(tasks) },
    },
    unknown,
  };
}

function requestsJson(spec: RolloutSpec, perSecond: number): object {
  return {
    requestsPerSecond: perSecond,
    steps: spec.steps.map((step) => ({
      weight: step.weight,
      requestsGathered: Math.floor(requestsGathered(spec, step, perSecond) + 1e-9),
      requestsNeeded: requestsNeeded(spec),
      bakeNeededSeconds: bakeNeeded(spec, step, perSecond) ?? null,
    })),
  };
}
