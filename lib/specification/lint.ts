import { shapeOf } from '../drivers/shapes/registry.ts';
import type { Doubt } from './doubt.ts';
import { sortFindings, type Finding } from './finding.ts';
import { lintApprovals } from './lint-approvals.ts';
import { lintDriver } from './lint-driver.ts';
import { lintGates } from './lint-gates.ts';
import { lintHeader } from './lint-header.ts';
import { lintHotfix } from './lint-hotfix.ts';
import { lintLength } from './lint-length.ts';
import { lintMetrics } from './lint-metrics.ts';
import { lintNotifications } from './lint-notifications.ts';
import { lintTasks } from './lint-tasks.ts';
import { lintVerify } from './lint-verify.ts';
import { type ParsedSpec, parseSpec } from './parse.ts';
import { plainMessage } from './text/plain-text.ts';
import { formatDuration } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';
import type { YamlSource } from './yaml-source.ts';

/** AWS/ApplicationELB has one datapoint a minute. */
const balancerPeriod = 60;

/** For so long after a minute its counts are still revised. */
const balancerLag = 120;

function lintPeriod({ period, lag }: RolloutSpec): readonly Doubt[] {
  if (period < balancerPeriod) {
    const message = `a period of ${formatDuration(period)} finds no datapoints in AWS/ApplicationELB, which publishes each minute; expected 60s, unless a source of high-resolution metrics feeds the gates`;
    return [{ path: ['period'], severity: 'warning', message }];
  }
  if (lag >= balancerLag) return [];
  const message = `a lag of ${formatDuration(lag)} judges minutes that AWS/ApplicationELB still revises, expected at least ${formatDuration(balancerLag)}`;
  return [{ path: ['lag'], severity: 'warning', message }];
}

/** The first datapoint that lies in a step is settled one period and the lag after it began, at the earliest. */
function lintBakes({ steps, rollback, hotfix, ...spec }: RolloutSpec): readonly Doubt[] {
  return [
    ...lintBakesOf(steps, ['steps'], spec),
    ...lintBakesOf(rollback.steps, ['rollback', 'steps'], spec),
    ...lintBakesOf(hotfix?.steps ?? [], ['hotfix', 'steps'], spec),
  ];
}

function lintBakesOf(
  steps: RolloutSpec['steps'],
  list: readonly string[],
  { period, lag, timeouts }: Pick<RolloutSpec, 'period' | 'lag' | 'timeouts'>,
): readonly Doubt[] {
  const settled = period + lag;
  return steps.flatMap(({ bake }, index): readonly Doubt[] => {
    const path = [...list, index, 'bake'];
    const reason = `the first datapoint of the step is settled after ${formatDuration(settled)} (period and lag)`;
    if (bake + timeouts.hold < settled) {
      const message = `bake and timeouts.hold end after ${formatDuration(bake + timeouts.hold)}, but ${reason}: every rollout would be rolled back, expected more`;
      return [{ path, severity: 'error', message }];
    }
    if (bake >= settled) return [];
    const message = `the bake ends after ${formatDuration(bake)}, but ${reason}: the step would always be held, expected at least ${formatDuration(settled)}`;
    return [{ path, severity: 'warning', message }];
  });
}

function lintFirstStep({ steps }: RolloutSpec): readonly Doubt[] {
  if (steps[0]?.weight !== 100) return [];
  const message = 'the first step gives green all traffic at once, expected a smaller weight before it';
  return [{ path: ['steps', 0, 'weight'], severity: 'warning', message }];
}

function lintRetention(spec: RolloutSpec): readonly Doubt[] {
  if (spec.retention.keepFor > 0 || shapeOf(spec).cannot.keepsBlue !== undefined) return [];
  const message =
    'the old version is removed as soon as the new one serves, expected some time to go back to it, such as 24h';
  return [{ path: ['retention', 'keepFor'], severity: 'warning', message }];
}

/** Beyond it the lock is held, and green paid for, long after a rollback. */
const shortStickiness = 3600;

function lintStickiness({ rollback: { longestStickiness } }: RolloutSpec): readonly Doubt[] {
  if (longestStickiness <= shortStickiness) return [];
  const message = `a rollback keeps green, and the service's lock, until a stickiness of ${formatDuration(longestStickiness)} has lapsed, expected at most ${formatDuration(shortStickiness)}`;
  return [{ path: ['rollback', 'longestStickiness'], severity: 'warning', message }];
}

/**
 * Everything that can be said about a spec without asking AWS: what its schema refuses, and what it allows but will not do what
 * its author expects. A spec with an error must not be applied. Never throws; in the order of the file.
 */
export function lintSpec(text: string, file: string): readonly Finding[] {
  return lintParsed(parseSpec(text, file), file);
}

/** The same of a spec that was read already. */
export function lintParsed(parsed: ParsedSpec, file: string): readonly Finding[] {
  if (!parsed.ok) return parsed.findings;
  const { spec, source } = parsed;
  const doubts = [
    ...lintDriver(spec),
    ...lintPeriod(spec),
    ...lintBakes(spec),
    ...lintLength(spec),
    ...lintFirstStep(spec),
    ...lintHotfix(spec),
    ...lintRetention(spec),
    ...lintStickiness(spec),
    ...lintHeader(spec),
    ...lintVerify(spec),
    ...lintGates(spec, source.value),
    ...lintMetrics(spec),
    ...lintApprovals(spec, source.value),
    ...lintTasks(spec),
    ...lintNotifications(spec),
  ];
  return findingsAt(doubts, file, source);
}

/** Doubts with the places that they are about. */
export function findingsAt(doubts: readonly Doubt[], file: string, source: YamlSource): readonly Finding[] {
  return sortFindings(
    doubts.map(({ path, severity, message }) => ({
      file,
      ...source.positionOf(path, 'value'),
      severity,
      message: plainMessage(message),
    })),
  );
}
