import { probeOf } from '../../checks/answers/probe-of.ts';
import { type RequestResult, requestSteps } from '../../checks/answers/request-steps.ts';
import { verifyHeader } from '../../checks/answers/verification.ts';
import { healthQuestion } from '../../drivers/rules/health-question.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { Entrance } from '../../drivers/traffic-router.ts';
import { ProbeFailed } from '../../ports/probe.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { defaultVerifySeconds } from '../../specification/verify.ts';
import type { GreenRequest } from '../../specification/green-requests.ts';

/** A rule that was made just now is not live on every node of the load balancer; AWS names some 10 s. */
const settleSeconds = 15;
/** Another run is there for a green that was disturbed at the first. */
const mostRuns = 2;
const pauseSeconds = 5;

/** What a run of requests needs to know. */
export interface AskedRequests {
  readonly state: RolloutState;
  readonly routing: Routing;
  readonly entrance: Entrance;
  /** The private rule; `undefined` where no request reaches green. */
  readonly route: { readonly arn: string; readonly value: string; readonly isNew: boolean } | undefined;
  readonly requests: readonly GreenRequest[];
  /** Runs that had a bad answer. */
  readonly bad: number;
}

/** What a run came to; the caller records it. */
type Sent =
  { readonly outcome: 'passed'; readonly event: Extract<RolloutEvent, { type: 'GreenRequestsPassed' }> } | Unanswered;

/** Not all was answered as expected: it is asked again after a while, or has a reason to end the rollout. */
interface Unanswered {
  readonly outcome: 'waiting';
  readonly bad: number;
  readonly lacking?: string | undefined;
  readonly waitSeconds: number;
  readonly reason?: string | undefined;
}

/**
 * Sends the requests of the spec to green by the private rule, all in one call: what one captures for another, such as a token, is kept
 * nowhere. A run with a bad answer is made once more; the second one ends the rollout.
 */
export async function sendRequests(asked: AskedRequests, world: Part<'probe' | 'now'>): Promise<Sent> {
  const { entrance, route, requests, bad } = asked;
  if (route === undefined) {
    const reason = `No request of verify can reach green: ${entrance.host} is internal; write verify: { probe: true } and deploy its probe, or remove verify.health and verify.requests`;
    return { outcome: 'waiting', bad, waitSeconds: pauseSeconds, reason };
  }
  if (route.isNew) return { outcome: 'waiting', bad, waitSeconds: settleSeconds };
  const results = await resultsOf(asked, route.value, world);
  if ('said' in results) return { outcome: 'waiting', bad, lacking: results.said, waitSeconds: pauseSeconds };
  const failed = results.filter(({ passed }) => !passed);
  if (failed.length === 0) {
    const found = results.map(({ name, saw, milliseconds }) => ({ name, saw, milliseconds }));
    return { outcome: 'passed', event: { type: 'GreenRequestsPassed', results: found } };
  }
  const lacking = failed.map(({ name, saw }) => `${name}: ${saw}`).join('; ');
  if (failed.every(({ isUnknown }) => isUnknown))
    return { outcome: 'waiting', bad, lacking, waitSeconds: pauseSeconds };
  if (bad + 1 < mostRuns) return { outcome: 'waiting', bad: bad + 1, lacking, waitSeconds: pauseSeconds };
  const count = `${String(failed.length)} of ${String(requests.length)} requests`;
  const reason = `Green did not answer ${count} as expected: ${lacking.slice(0, 1500)}`;
  return { outcome: 'waiting', bad: bad + 1, lacking, waitSeconds: pauseSeconds, reason };
}

/** In words where the probe could not be called: that says nothing of green. */
async function resultsOf(
  { state: { spec }, routing, entrance, requests }: AskedRequests,
  word: string,
  world: Part<'probe' | 'now'>,
): Promise<readonly RequestResult[] | { readonly said: string }> {
  const questionOf = (path: string) => {
    const asked = healthQuestion({ url: spec.url, healthPath: path }, routing, entrance);
    return { ...asked, headers: { ...asked.headers, [verifyHeader]: word } };
  };
  try {
    const probe = probeOf(spec, entrance, world.probe);
    return await requestSteps(requests, { questionOf }, { now: world.now, probe });
  } catch (error) {
    if (error instanceof ProbeFailed) return { said: error.message };
    throw error;
  }
}

/** Returns the reason to end the rollout: what its requests found, or that they could not be sent for too long. */
export function whyUnanswered(
  { reason, bad, lacking = 'the private rule was made anew' }: Unanswered,
  { since }: { readonly since: string },
  { spec }: RolloutState,
  now: Date,
): string | undefined {
  if (reason !== undefined) return reason;
  const most = spec.timeouts.verifyGreen ?? defaultVerifySeconds;
  if ((now.getTime() - Date.parse(since)) / 1000 <= most) return undefined;
  const what = bad > 0 ? 'were not answered as expected' : 'could not be sent';
  return `The requests of verify ${what} within ${String(most)} s (timeouts.verifyGreen): ${lacking}`;
}
