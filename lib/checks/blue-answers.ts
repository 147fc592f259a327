import { listenerFor } from '../drivers/rules/deleted-rules.ts';
import { trafficOf } from '../drivers/shapes/layout-of.ts';
import type { Entrance } from '../drivers/traffic-router.ts';
import { isSuccess, matcherAccepts } from '../drivers/rules/health-matcher.ts';
import { type HealthQuestion, healthQuestion } from '../drivers/rules/health-question.ts';
import { hindrancesOf } from '../drivers/rules/health-request-way.ts';
import { pairOfRouting } from '../drivers/rules/pairs.ts';
import { authenticates, type Routing } from '../drivers/rules/routing.ts';
import type { RolloutState } from '../rollout/state.ts';
import { proofOf } from './answers/green-proof.ts';
import { requestsLeft } from './answers/requests-left.ts';
import { probeOf } from './answers/probe-of.ts';
import { steadyAnswer, unlessAccepted } from './answers/steady-answer.ts';
import { verifyHeader } from './answers/verification.ts';
import type { Part } from '../ports/world.ts';
import type { Observation, Check } from './check.ts';

/**
 * Blue answers the request that green will be verified by, and no other rule does. Otherwise green could never be verified, and blue
 * would be judged after a rollback by a question that it never answered.
 */
export const blueAnswers: Check = {
  name: 'answer',
  expected:
    'the health request to meet the first rule of traffic, and blue to answer it with a 2xx status or one that its target group takes for healthy',
  page: {
    asks: 'Does blue answer the request that green will be verified by?',
    reads: 'rules, listeners and health checks; asks blue at `healthPath`',
    rights: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeTargetGroups',
    ],
    fails:
      'another rule answers, or blue answers with a status that neither is 2xx nor counts as healthy for both slots',
    fix: 'correct `healthPath` or `url`, or write `verify: { by: targetHealth }`',
    answers: 'Load balancer and target groups set up right',
  },
  ahead: (spec, { router }) =>
    Promise.all(
      trafficOf(spec)
        .slice(0, 1)
        .map((target) => router.rulesOf(listenerFor(target))),
    ),
  async observe(state, world) {
    const { spec } = state;
    const [routing] = await world.router.read(trafficOf(spec).slice(0, 1));
    if (routing === undefined) return { passed: false, saw: 'no rule in traffic' };
    const entrance = await world.router.entranceOf(routing.listenerArn);
    const requests = requestsLeft(state);
    if (proofOf(state, entrance).by === 'targetHealth') {
      if (requests.length > 0) {
        const saw = `${entrance.host} is internal, so no request of verify can reach green (write verify: { probe: true } and deploy its probe, or remove verify.health and verify.requests)`;
        return { passed: false, saw };
      }
      return { passed: true, saw: "no request is sent: the load balancer's health checks decide" };
    }
    const { blue, green } = pairOfRouting(state, routing);
    const { [blue]: ofBlue, [green]: ofGreen } = await world.router.healthChecksOf([blue, green]);
    const { maintenance } = await world.store.stops(state.service);
    if (maintenance !== undefined) {
      const saw = 'users get the maintenance page, so blue is not asked; its target health decides';
      return { passed: true, saw, accepts: ofBlue?.matcher };
    }
    const asked = healthQuestion(spec, routing, entrance);
    const paths = requests.map(({ path }) => healthQuestion({ url: spec.url, healthPath: path }, routing, entrance));
    const astray = await certainHindrance(state, routing, [asked, ...paths], world);
    if (astray !== undefined) return { passed: false, saw: astray };
    if (authenticates(routing.actions)) {
      const saw = 'the rule has its users sign in, so blue is not asked; its target health decides';
      return { passed: true, saw, accepts: ofBlue?.matcher };
    }
    const fault = unlessAccepted(ofBlue?.matcher);
    const question = { ...asked, timeoutSeconds: spec.timeouts.verifyRequest, fault };
    const answer = await steadyAnswer(question, { ...world, probe: probeOf(spec, entrance, world.probe) });
    if (!answer.good) return { passed: false, saw: `${asked.url}: ${answer.said} (${fixFor(asked, entrance)})` };
    const saw = `status ${answer.status} at ${asked.url}`;
    if (isSuccess(answer.status)) return { passed: true, saw, answered: true };
    return acceptedBySlots(answer.status, saw, ofBlue?.matcher, ofGreen?.matcher);
  },
};

/** Blue answered with a status that is good for its own target group alone: green's must take the same. */
function acceptedBySlots(
  status: number,
  saw: string,
  ofBlue: string | undefined,
  ofGreen: string | undefined,
): Observation {
  const accepted = `${saw}, which the matcher ${ofBlue ?? ''} of its target group takes for healthy`;
  if (ofGreen !== undefined && matcherAccepts(ofGreen, status)) {
    return { passed: true, saw: accepted, answered: true, accepts: ofBlue };
  }
  const other = `the matcher ${ofGreen ?? '(none)'} of green's target group does not: give both the same matcher`;
  return { passed: false, saw: `${accepted}, but ${other}` };
}

/** What keeps one of the requests from the rule for certain. What depends on the caller's address is left to the answer. */
async function certainHindrance(
  { spec }: RolloutState,
  routing: Routing,
  questions: readonly HealthQuestion[],
  { router }: Part<'router'>,
): Promise<string | undefined> {
  const { arn, kind, conditions = [], priority } = routing;
  const rule = { arn, isDefault: kind === 'listener', priority: Number(priority ?? 0), conditions };
  const all = await router.rulesOf(routing.listenerArn);
  const found = questions.flatMap((asked) =>
    hindrancesOf(asked, rule, all, [verifyHeader, spec.header.name.toLowerCase()]),
  );
  return found.find(({ sure }) => sure === 'certain')?.said;
}

function fixFor({ url }: HealthQuestion, { protocol, host }: Entrance): string {
  const asked = new URL(url).hostname;
  const certificate =
    protocol === 'https' && asked === host
      ? 'write url: https://<host>, with a name of its certificate, as the load balancer has a name of AWS; or '
      : '';
  return `${certificate}correct healthPath or url so that the request meets the rule and is answered with 2xx, or set verify: { by: targetHealth }`;
}
