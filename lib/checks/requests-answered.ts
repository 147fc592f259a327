import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { healthQuestion } from '../drivers/rules/health-question.ts';
import type { Probe } from '../ports/probe.ts';
import type { Part } from '../ports/world.ts';
import { type GreenRequest, requestsToGreen } from '../specification/green-requests.ts';
import { probeOf } from './answers/probe-of.ts';
import { type Asking, type RequestResult, requestSteps } from './answers/request-steps.ts';
import type { Check } from './check.ts';

/** Both runs together; with what is read before and recorded after, less than the 15 s of a function. */
const bothMilliseconds = 11_000;
const pauseMilliseconds = 1_000;

/** The requests of `verify`, on the way that users come: what green answered by a private rule may still be lost in front of it. */
export const requestsAnswered: Check = {
  name: 'requests',
  expected: 'every request of `verify.health` and `verify.requests` to be answered as it says',
  withinMilliseconds: 12_500,
  page: {
    asks: 'Does the service answer the requests of `verify`, on the way that its users come?',
    reads: 'answers of the version that serves to `verify.health` and `verify.requests`',
    rights: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
    ],
    fails: 'an answer is not as expected, or there is none',
    fix: 'see in the logs of the service why, or correct what `verify` expects; where only a new version can answer, name the check under `after` alone',
  },
  async observe({ spec }, { router, probe, now, sleep }) {
    const requests = requestsToGreen(spec.verify ?? {});
    if (requests.length === 0)
      return { passed: true, skipped: true, saw: '`verify` has neither `health` nor `requests`' };
    const [routing] = await router.read(trafficOf(spec).slice(0, 1));
    if (routing === undefined) throw new Error('there is no rule in traffic');
    const entrance = await router.entranceOf(routing.listenerArn);
    const questionOf = (path: string) => healthQuestion({ url: spec.url, healthPath: path }, routing, entrance);
    const asked = { now, sleep, probe: probeOf(spec, entrance, probe) };
    const results = await twiceWhereBad(requests, { questionOf }, asked);
    const lacking = results.filter(({ passed }) => !passed);
    if (lacking.length === 0) return { passed: true, saw: `all ${String(results.length)} answered as expected` };
    const saw = lacking.map(({ name, saw: seen }) => `${name}: ${seen}`).join('; ');
    if (lacking.every(({ isUnknown }) => isUnknown)) throw new Error(saw);
    return { passed: false, saw };
  },
};

/** A run with a bad answer is made once more: one connection that was lost says nothing of a version. */
async function twiceWhereBad(
  requests: readonly GreenRequest[],
  asking: Asking,
  world: Part<'now' | 'sleep'> & { readonly probe: Probe },
): Promise<readonly RequestResult[]> {
  const started = world.now().getTime();
  const results = await requestSteps(requests, asking, world);
  if (results.every(({ passed, isUnknown }) => passed || isUnknown)) return results;
  await world.sleep(pauseMilliseconds);
  const milliseconds = bothMilliseconds - (world.now().getTime() - started);
  return requestSteps(requests, { ...asking, milliseconds }, world);
}
