import * as z from 'zod';
import { alarmsOfGreen } from '../../rollout/alarms-of-green.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { wentOff } from '../shifting/read-alarms.ts';
import { type StartedRollback, startRollback } from '../rollback/start-rollback.ts';
import type { Part } from '../../ports/world.ts';

/** `CloudWatch Alarm State Change` as EventBridge delivers it. */
export const watchAlarmsInput = z.object({
  time: z.iso.datetime({ offset: true }),
  detail: z.object({
    alarmName: z.string().min(1),
    state: z.object({ value: z.string(), reason: z.string().nullish() }),
  }),
});
type Event = z.output<typeof watchAlarmsInput>;

type Needs = Part<'store' | 'rollbacks'>;

interface Output {
  /** Rollouts that go back because of it; in an account most alarms are nobody's. */
  readonly rollbacks: readonly { readonly rolloutId: string; readonly outcome: StartedRollback['outcome'] }[];
}

/**
 * Trigger: an alarm went off. Every rollout whose spec names it and that has changed something already goes back at once. One
 * that has not yet is told by its own evaluations, if the alarm still rings then. An event that comes twice joins the rollback that
 * runs; one from before a rollout says nothing about it.
 * @throws AggregateError where one of several could not be started, after all were tried
 */
export async function watchAlarms(event: Event, world: Needs): Promise<Output> {
  if (event.detail.state.value !== 'ALARM') return { rollbacks: [] };
  const services = await world.store.services();
  const answers = await Promise.allSettled(services.map((service) => answer(service, event, world)));
  const failures = answers.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (failures.length > 0) {
    throw new AggregateError(failures, `Not everything that ${event.detail.alarmName} concerns could be rolled back.`);
  }
  return { rollbacks: answers.flatMap((one) => (one.status === 'fulfilled' && one.value ? [one.value] : [])) };
}

async function answer(
  service: string,
  { time, detail }: Event,
  world: Needs,
): Promise<Output['rollbacks'][number] | undefined> {
  const { lockedBy } = await world.store.service(service);
  const state = lockedBy === undefined ? undefined : (await world.store.load(lockedBy))?.state;
  if (state === undefined || !concerns(state, detail.alarmName, time)) return undefined;
  const { rolloutId } = state;
  const reason = wentOff(detail.alarmName, detail.state.reason ?? '');
  // Without `ifPassed`: an alarm means it, also after the last watch.
  const { outcome } = await startRollback({ rolloutId, by: 'an alarm', reason }, world);
  return { rolloutId, outcome };
}

function concerns(state: RolloutState, alarm: string, time: string): boolean {
  const { phase, rollback, openedAt } = state;
  if (!isActive(state) || phase === 'checking' || phase === 'awaitingApproval') return false;
  return alarmsOfGreen(state).includes(alarm) && rollback === undefined && Date.parse(time) >= Date.parse(openedAt);
}
