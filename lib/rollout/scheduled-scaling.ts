/** A scheduled action of Application Auto Scaling on one ECS service. */
export interface ScheduledAction {
  readonly name: string;
  /** `at(…)`, `rate(…)` or `cron(…)`. */
  readonly schedule: string;
  /** IANA name; absent for UTC. */
  readonly timezone?: string | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** When it begins and stops to recur, ISO 8601. */
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/** What scales an ECS service by itself. */
export interface ServiceScaling {
  /** What its policies go by, in order, without duplicates. */
  readonly policies: readonly string[];
  readonly scheduled: readonly ScheduledAction[];
}

/** Actions of one service that another one does not have: the same time and the same limits, whatever they are called. */
export function lackingActions(
  has: readonly ScheduledAction[],
  other: readonly ScheduledAction[],
): readonly ScheduledAction[] {
  const known = new Set(other.map(effectOf));
  return has.filter((action) => !known.has(effectOf(action)));
}

function effectOf({ schedule, timezone = 'UTC', min, max, start, end }: ScheduledAction): string {
  return JSON.stringify([schedule.replaceAll(/\s+/g, ' '), timezone, min, max, start, end]);
}

/** The zones of the world lie within this of UTC; the hour of an action is not worked out to the minute. */
const widestZoneMs = 14 * 3_600_000;

/** Whether an action may change capacity between two times. One that recurs may at any hour of its validity. */
export function mayAct({ schedule, timezone, start, end }: ScheduledAction, from: Date, until: Date): boolean {
  if (start !== undefined && Date.parse(start) > until.getTime()) return false;
  if (end !== undefined && Date.parse(end) < from.getTime()) return false;
  const once = /^at\(([^)]+)\)$/.exec(schedule)?.[1];
  if (once === undefined) return true;
  const at = Date.parse(`${once}Z`);
  const slack = timezone === undefined || timezone === 'UTC' ? 0 : widestZoneMs;
  // What cannot be read is not known never to act.
  return Number.isNaN(at) || (at + slack >= from.getTime() && at - slack <= until.getTime());
}

/** In words: `night (cron(0 20 * * ? *) Europe/Berlin, 1 to 2 tasks)`. */
export function describeAction({ name, schedule, timezone, min, max }: ScheduledAction): string {
  const limits = [min === undefined ? [] : [`at least ${min}`], max === undefined ? [] : [`at most ${max}`]].flat();
  return `${name} (${[`${schedule}${timezone === undefined ? '' : ` ${timezone}`}`, ...limits].join(', ')})`;
}

/** The command of the AWS CLI that gives a service the action. */
export function putActionCommand(action: ScheduledAction, cluster: string, service: string): string {
  const { name, schedule, timezone, min, max, start, end } = action;
  const target = [
    min === undefined ? [] : [`MinCapacity=${min}`],
    max === undefined ? [] : [`MaxCapacity=${max}`],
  ].flat();
  const options = [
    ['service-namespace', 'ecs'],
    ['scalable-dimension', 'ecs:service:DesiredCount'],
    ['resource-id', `service/${cluster}/${service}`],
    ['scheduled-action-name', quoted(name)],
    ['schedule', quoted(schedule)],
    ...(timezone === undefined ? [] : [['timezone', timezone]]),
    ...(start === undefined ? [] : [['start-time', start]]),
    ...(end === undefined ? [] : [['end-time', end]]),
    ...(target.length === 0 ? [] : [['scalable-target-action', target.join(',')]]),
  ];
  return `aws application-autoscaling put-scheduled-action ${options.map(([key = '', value = '']) => `--${key} ${value}`).join(' ')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
