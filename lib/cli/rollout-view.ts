import { widthOf } from './terminal/width.ts';
import { neededApprovals, openApprovals, openText } from '../approval/needed-approvals.ts';
import { describeChange } from '../rollout/configuration-change.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import { describeDrained } from '../rollout/draining.ts';
import { describeDrilled } from '../rollout/drill.ts';
import { deciderOf } from '../rollout/decider.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeEvent, severityOfEvent } from '../rollout/transition.ts';
import { printable } from '../specification/text/plain-text.ts';
import { formatDuration } from '../specification/quantity.ts';

/** A rollout as `--json` shows it; the record itself holds more. */
export function rolloutJson(state: RolloutState): Readonly<Record<string, unknown>> {
  const { rolloutId, service, phase, image, requestedBy, specVersion, blue, green, step, weight } = state;
  return {
    rolloutId,
    service,
    phase,
    running: isActive(state),
    image,
    requestedBy,
    requester: state.requester ?? null,
    specVersion,
    blue,
    green,
    step: step + 1,
    steps: state.spec.steps.length,
    weight,
    heldSince: state.heldSince ?? null,
    paused: state.paused ?? null,
    calendarHold: state.calendarHold ?? null,
    calendarOverride: state.calendarOverride ?? null,
    approval: state.approval ?? null,
    asked: state.asked ?? null,
    reason: state.reason ?? null,
    failedGate: state.failedGate ?? null,
    rollback: state.rollback ?? null,
    ...(state.drill !== undefined && { drill: state.drill, drilled: state.drilled ?? null }),
    ...(state.preset !== undefined && { preset: state.preset }),
    openedAt: state.openedAt,
    closedAt: state.closedAt ?? null,
    closing: state.closing ?? null,
    drained: state.drained ?? null,
    taskDefinitionBase: state.greenBase ?? state.blueTaskDefinition,
    sameImage: state.sameImage ?? false,
    configuration: state.configuration ?? { changes: [], more: 0 },
    executionArn: state.executionArn,
  };
}

function traffic(state: RolloutState, now: Date): string {
  const { phase, step, weight, green, spec, stepStartedAt } = state;
  if (phase === 'succeeded') return `100 % to slot ${green}, which was green`;
  if (state.closing?.closed === true && state.closing.serves === undefined) return 'split, as the rollback was closed';
  if (state.closing?.serves === green) return `all to slot ${green} (green)`;
  if (weight === 0) return `all to slot ${state.blue} (blue)`;
  const where = `${weight} % to slot ${green} (green), step ${step + 1} of ${spec.steps.length}`;
  const bake = spec.steps[step]?.bake;
  if (phase !== 'baking' || bake === undefined || stepStartedAt === undefined) return where;
  const left = Math.ceil(bake - (now.getTime() - Date.parse(stepStartedAt)) / 1000);
  return left > 0 ? `${where}, ${formatDuration(left)} of its bake left` : `${where}, its bake is over`;
}

/** What it waits for that only people can give. */
function peopleRows(state: RolloutState): string[][] {
  const { phase, approval, paused, asked } = state;
  const given = approval?.given ?? [];
  const needed = neededApprovals(state);
  const open = openText(openApprovals(needed, given));
  const because = needed.why === '' ? '' : `; ${needed.why}`;
  const until = approval?.until === undefined ? '' : `, until ${approval.until}`;
  const approvals = given.map(({ name, how, ...facts }) => deciderOf(name, how, facts)).join(', ') || 'none yet';
  return [
    ...(phase === 'awaitingApproval'
      ? [['waits', `for ${open === '' ? 'the requester to be known' : open}${until}; approved: ${approvals}${because}`]]
      : []),
    ...(asked !== undefined && phase === 'baking' ? [['waits', `for a person's decision until ${asked.until}`]] : []),
    ...(paused === undefined || !isActive(state) ? [] : [['paused', `by ${paused.by} since ${paused.at}`]]),
  ];
}

function drillRows({ drill, drilled }: RolloutState): string[][] {
  if (drill === undefined) return [];
  return [['drill', drilled === undefined ? `of the ${drill}, under way` : describeDrilled(drilled)]];
}

/** What green gets otherwise than blue, besides the image. */
function configurationRows({ greenBase, blueTaskDefinition, configuration }: RolloutState): string[][] {
  if (greenBase === undefined || greenBase === blueTaskDefinition) return [];
  const { changes, more } = configuration ?? { changes: [], more: 0 };
  const lines = changes.length === 0 ? ['the same configuration'] : changes.map(describeChange);
  const others = more === 0 ? [] : [`and ${more} more`];
  return [['base', greenBase], ...[...lines, ...others].map((line, index) => [index === 0 ? 'config' : '', line])];
}

/** A rollout as a person reads it: what it is, where its traffic goes, why. */
export function rolloutLines(state: RolloutState, now: Date): readonly string[] {
  const { image } = state;
  const held =
    state.heldSince === undefined || state.phase !== 'baking'
      ? []
      : [['held', `since ${state.heldSince}, for want of evidence`]];
  const { calendarHold } = state;
  const byCalendar =
    calendarHold === undefined || state.phase !== 'shifting'
      ? []
      : [
          [
            'held',
            `by the calendar (${calendarHold.kind}) since ${calendarHold.since}, until ${calendarHold.until} at most`,
          ],
        ];
  const people = peopleRows(state);
  const reason = state.reason === undefined ? [] : [['reason', state.reason]];
  const closed = state.closedAt === undefined ? [] : [['closed', state.closedAt]];
  const { closing } = state;
  const byPerson =
    closing === undefined
      ? []
      : [['as it is', `${closing.closed === true ? 'closed' : 'being closed'} by ${closing.by}: ${closing.reason}`]];
  const rows = [
    ['phase', state.phase],
    ...(state.rollback === undefined ? [] : [['rollback', state.rollback.reason]]),
    ...drillRows(state),
    ...(state.preset === undefined ? [] : [['preset', state.preset]]),
    [
      'image',
      `${image.tag === undefined ? image.digest : `${image.tag} (${image.digest})`}${state.sameImage === true ? ', the same that served' : ''}`,
    ],
    ...configurationRows(state),
    ['traffic', traffic(state, now)],
    ...held,
    ...byCalendar,
    ...people,
    ...reason,
    ['opened', `${state.openedAt} by ${state.requestedBy}, with spec version ${state.specVersion}`],
    ...closed,
    ...byPerson,
    ...(state.drained === undefined ? [] : [['drained', describeDrained(state.drained)]]),
  ];
  return [state.rolloutId, ...rows.map(([name = '', value = '']) => `  ${name.padEnd(8)} ${printable(value)}`)];
}

/** One event on one line: when, how grave, what. */
export function eventLine({ at, event }: RecordedEvent, state: RolloutState): string {
  const severity = severityOfEvent(event) ?? '';
  return `${at}  ${severity.padEnd(8)}  ${printable(describeEvent(event, state))}`;
}

/** Columns as wide as their widest cell, in columns of a terminal: a Chinese name takes two a character. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const plain = rows.map((row) => row.map((cell) => printable(cell)));
  const widths = plain.reduce<number[]>(
    (wide, row) => row.map((cell, index) => Math.max(wide[index] ?? 0, widthOf(cell))),
    [],
  );
  return plain.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(cell))))
      .join('  ')
      .trimEnd(),
  );
}
