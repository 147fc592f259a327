import { presentRules } from '../../drivers/rules/deleted-rules.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { recordedPeriods } from '../../rollout/recorded-periods.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { type OwnedInput, ownedRollout, record } from '../ownership/owned-rollout.ts';
import { knownPeriods, metricsOf } from '../shifting/rollout-periods.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type Needs = Part<'store' | 'router' | 'metrics' | 'evidence' | 'archive' | 'now'>;

/**
 * State `CaptureEvidence`: keeps what tells why green failed before its tasks are gone: how they stopped, their last log lines,
 * the datapoints of both slots, the rules before and after. What cannot be had is named in the record; it never holds the
 * rollback up.
 */
export async function captureEvidence(
  input: OwnedInput,
  world: Needs,
): Promise<{ outcome: 'captured' | 'incomplete' }> {
  const stored = await ownedRollout(world, input);
  const { state } = stored;
  const { happened } = state;
  if (happened?.EvidenceCaptured !== undefined) return { outcome: 'captured' };

  const missing: string[] = [];
  const document = await collect(state, world, missing);
  const location = await attempt(missing, 'the document could not be kept', () =>
    world.archive.keep(`rollouts/${state.service}/${state.rolloutId}/evidence.json`, document),
  );
  const events: readonly RolloutEvent[] = [
    ...(location === undefined ? [] : [{ type: 'EvidenceCaptured', location } as const]),
    ...(missing.length === 0 || happened?.EvidenceMissing !== undefined
      ? []
      : [{ type: 'EvidenceMissing', missing } as const]),
  ];
  if (events.length > 0) await record(world, stored, ...events);
  return { outcome: missing.length === 0 ? 'captured' : 'incomplete' };
}

async function collect(state: RolloutState, world: Needs, missing: string[]): Promise<unknown> {
  const { spec, green, greenTaskDefinition } = state;
  const [tasks, rulesAfter, datapoints, events] = await Promise.all([
    greenTaskDefinition === undefined
      ? undefined
      : attempt(missing, "green's tasks could not be read", () =>
          world.evidence.tasks(workloadOf(spec, green), greenTaskDefinition),
        ),
    attempt(missing, 'the rules could not be read', async () => presentRules(await world.router.find(trafficOf(spec)))),
    attempt(missing, 'the newest datapoints could not be read', () =>
      knownPeriods(state, metricsOf(spec), world.now(), world.metrics),
    ),
    attempt(missing, "the rollout's events could not be read", () => world.store.events(state.rolloutId, 0)),
  ]);
  if (datapoints?.unread !== undefined)
    missing.push(`some datapoints could not be read: ${datapoints.unread}`.slice(0, 300));
  if (greenTaskDefinition === undefined) missing.push('green had not been deployed');
  else if (tasks?.length === 0) missing.push('ECS knows no task of green any more');
  const logs =
    greenTaskDefinition === undefined || tasks === undefined
      ? undefined
      : await attempt(missing, 'the logs could not be read', () => world.evidence.logs(greenTaskDefinition, tasks));
  missing.push(...(logs?.missing ?? []));
  return {
    schema: 1,
    rolloutId: state.rolloutId,
    service: state.service,
    image: state.image,
    capturedAt: world.now().toISOString(),
    reason: state.reason,
    failedGate: state.failedGate,
    shifts: state.shifts,
    tasks,
    logs: logs?.logs,
    datapoints: datapoints?.periods ?? recordedPeriods(events ?? []),
    rulesBefore: state.restorePlan,
    rulesAfter: rulesAfter?.map(({ kind, arn, actions }) => ({ kind, arn, actions })),
    events,
    missing,
  };
}

/** The answer, or `undefined` and a word about it in `missing`. */
async function attempt<Answer>(
  missing: string[],
  what: string,
  ask: () => Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    missing.push(`${what}: ${messageOf(error)}`.slice(0, 300));
    return undefined;
  }
}
