import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { healthQuestion } from '../drivers/rules/health-question.ts';
import { requestsToGreen } from '../specification/green-requests.ts';
import { probeOf } from './answers/probe-of.ts';
import { requestSteps } from './answers/request-steps.ts';
import type { Check } from './check.ts';

/** The requests of `verify`, on the way that users come: what green answered by a private rule may still be lost in front of it. */
export const requestsAnswered: Check = {
  name: 'requests',
  expected: 'every request of `verify.health` and `verify.requests` to be answered as it says',
  withinMilliseconds: 10_000,
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
  async observe({ spec }, { router, probe, now }) {
    const requests = requestsToGreen(spec.verify ?? {});
    if (requests.length === 0)
      return { passed: true, skipped: true, saw: '`verify` has neither `health` nor `requests`' };
    const [routing] = await router.read(trafficOf(spec).slice(0, 1));
    if (routing === undefined) throw new Error('there is no rule in traffic');
    const entrance = await router.entranceOf(routing.listenerArn);
    const questionOf = (path: string) => healthQuestion({ url: spec.url, healthPath: path }, routing, entrance);
    const results = await requestSteps(requests, { questionOf }, { now, probe: probeOf(spec, entrance, probe) });
    const failed = results.filter(({ passed }) => !passed);
    if (failed.length === 0) return { passed: true, saw: `all ${String(results.length)} answered as expected` };
    return { passed: false, saw: failed.map(({ name, saw }) => `${name}: ${saw}`).join('; ') };
  },
};
