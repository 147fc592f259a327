import { versions } from '../../examples/web/versions.ts';
import type { RecordedEvent, RolloutEvent } from '../../lib/rollout/events.ts';
import { followRollout } from '../../local/demo/follow.ts';
import { startTraffic } from '../../local/demo/traffic.ts';
import type { Supervisor } from '../../local/process/supervisor.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { startLocalStack } from '../../local/stack/local-stack.ts';

/** Where the time of a good rollout on the local stack went, seconds. */
export interface Overhead {
  readonly whole: number;
  /** As the spec says. */
  readonly bakes: number;
  /** From the end of each bake to the verdict on it: the lag of the metrics, their period, and when the next look falls. */
  readonly settling: number;
  readonly taskStart: number;
  /** What is left: the pipeline's own time. */
  readonly overhead: number;
}

const longestRolloutSeconds = 120;
const requestsPerSecond = 50;

/** Rolls a good version out on the deployed local stack and tells the pipeline's own time from bakes and task start. */
export async function measureOverhead(supervisor: Supervisor, tell: (line: string) => void): Promise<Overhead> {
  const stack = await startLocalStack(supervisor, tell);
  const traffic = startTraffic(stack.service.url, requestsPerSecond);
  const image = await pushImage(stack.clients, versions.good);
  const pushedAt = Date.now();
  await announcePush(stack.clients, image);
  const { state, events } = await followRollout(
    stack.clients.store,
    sample.service,
    undefined,
    () => undefined,
    longestRolloutSeconds,
  );
  await traffic.stop();
  if (state.phase !== 'succeeded')
    throw new Error(`The rollout ended ${state.phase}: ${state.reason ?? 'without a reason'}`);
  const whole = (timeOf(events, 'RolloutSucceeded') - pushedAt) / 1000;
  const bakes = sum(state.spec.steps.map(({ bake }) => bake));
  const settling = sum(baked(events)) - bakes;
  const taskStart = (timeOf(events, 'GreenReady') - timeOf(events, 'GreenDeployed')) / 1000;
  return { whole, bakes, settling, taskStart, overhead: whole - bakes - settling - taskStart };
}

function timeOf(events: readonly RecordedEvent[], type: RolloutEvent['type']): number {
  const found = events.find(({ event }) => event.type === type);
  if (found === undefined) throw new Error(`The rollout has no ${type} in its record.`);
  return Date.parse(found.at);
}

/** Seconds from each shift to the verdict that let its step pass. */
function baked(events: readonly RecordedEvent[]): readonly number[] {
  const shifts = events.filter(({ event }) => event.type === 'TrafficShifted');
  const verdicts = events.filter(({ event }) => event.type === 'StepPassed');
  return shifts.map(({ at }, index) => (Date.parse(verdicts[index]?.at ?? '') - Date.parse(at)) / 1000);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
