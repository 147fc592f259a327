import type { PlannedMember, ReleasePlan } from '../../releases/release-plan.ts';
import type { ReleaseSpec } from '../../releases/release-spec.ts';
import { formatDuration } from '../../specification/quantity.ts';
import type { CalendarPlan } from '../plan/calendar-plan.ts';
import { table } from '../rollout-view.ts';
import { counted } from '../../specification/text/counted.ts';

/** What the calendar of a member says of the time at which it is planned to begin. */
export interface MemberCalendar {
  readonly service: string;
  readonly at: Date;
  /** Absent where the member has no windows and freezes. */
  readonly calendar: CalendarPlan | undefined;
}

/** Everything that `sluice release plan` tells. */
export interface WholeRelease {
  readonly release: ReleaseSpec;
  readonly plan: ReleasePlan;
  readonly calendars: readonly MemberCalendar[];
  /** Members whose rollout spec could not be read, and why; their time counts as none. */
  readonly unknown: readonly string[];
}

const onFailure = {
  rollBackAll: 'where one fails, all go back',
  stop: 'where one fails, no further one begins',
  continue: 'where one fails, those that do not wait for it go on',
} as const;

/** A release's plan as a person reads it. */
export function releasePlanLines(whole: WholeRelease): readonly string[] {
  const { release, plan, unknown } = whole;
  const blocks: (readonly string[])[] = [
    [
      `${release.release}: ${counted(release.members.length, 'member')}, at least ${formatDuration(plan.seconds)}; ${onFailure[release.onFailure]}`,
    ],
    memberLines(whole),
    plan.seconds === 0 ? [] : barLines(plan),
    [
      'Times count the bakes alone: approvals, tasks that come up and what is held come on top',
      ...(plan.longestWay.length > 1 ? [`The release is as long as ${plan.longestWay.join(', then ')}`] : []),
      `They go back in this order: ${plan.back.map((group) => group.join(' with ')).join(', then ')}`,
    ],
    calendarLines(whole),
    unknown.length === 0 ? [] : ['Could not ask:', ...unknown.map((one) => `  ${one}`)],
  ];
  return blocks.filter((block) => block.length > 0).flatMap((block, index) => (index === 0 ? block : ['', ...block]));
}

function memberLines({ release, plan }: WholeRelease): readonly string[] {
  const rows = plan.members.map(({ service, startsAtSeconds, endsAtSeconds, waitsFor }) => {
    const member = release.members.find((one) => one.service === service);
    const waits = waitsFor.map((name) => {
      const need = member?.needs[name];
      return need === undefined ? name : `${name} (${need})`;
    });
    const image = member?.image ?? 'named at the start';
    return [
      service,
      image,
      `+${formatDuration(startsAtSeconds)}`,
      `+${formatDuration(endsAtSeconds)}`,
      waits.join(', '),
    ];
  });
  return table([['MEMBER', 'IMAGE', 'BEGINS', 'ENDS', 'AFTER'], ...rows]);
}

const barWidth = 48;

/** A bar for each member, from its beginning to its end. */
function barLines({ members, seconds }: ReleasePlan): readonly string[] {
  const column = (at: number) => Math.round((at / seconds) * barWidth);
  const bar = ({ startsAtSeconds, endsAtSeconds }: PlannedMember) => {
    const from = Math.min(column(startsAtSeconds), barWidth - 1);
    const to = Math.max(column(endsAtSeconds), from + 1);
    return `|${' '.repeat(from)}${'='.repeat(to - from)}${' '.repeat(barWidth - to)}|`;
  };
  return table(members.map((member) => [member.service, bar(member)]));
}

function calendarLines({ calendars }: WholeRelease): readonly string[] {
  return calendars.flatMap(({ service, at, calendar }) => {
    if (calendar === undefined) return [];
    const when = at.toISOString();
    if (!calendar.open) {
      const opens = calendar.opensAt === undefined ? '' : ` until ${calendar.opensAt}`;
      return [`${service} would begin at ${when} and wait${opens}: ${calendar.reason ?? 'its calendar is closed'}`];
    }
    return calendar.fits
      ? []
      : [
          `${service} would begin at ${when} and not end its bakes before ${calendar.closesAt ?? 'its calendar closes'}`,
        ];
  });
}

/** The same for machines. */
export function releasePlanJson({ release, plan, calendars, unknown }: WholeRelease): object {
  const members = plan.members.map((member) => ({
    ...member,
    heldBy: member.heldBy ?? null,
    image: release.members.find(({ service }) => service === member.service)?.image ?? null,
    calendar: calendars.find(({ service }) => service === member.service)?.calendar ?? null,
  }));
  const { seconds, longestWay, back } = plan;
  return { release: release.release, onFailure: release.onFailure, seconds, longestWay, back, members, unknown };
}
