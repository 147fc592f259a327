import { healthQuestion } from '../rollout/health-question.ts';
import { authenticates } from '../rollout/routing.ts';
import { proofOf } from '../tasks/green-proof.ts';
import { steadyAnswer, unlessSuccess } from '../tasks/steady-answer.ts';
import type { PreCheck } from './pre-check.ts';

/**
 * Blue answers the request that green will be verified by. Otherwise green could never be verified, and blue would be judged
 * after a rollback by a question that it never answered.
 */
export const blueAnswers: PreCheck = {
  name: 'answer',
  expected: 'blue to answer the health request that green is verified by with a 2xx status',
  async observe(state, world) {
    const { spec } = state;
    const [routing] = await world.router.read(spec.traffic.slice(0, 1));
    if (routing === undefined) return { passed: false, saw: 'no rule in traffic' };
    const entrance = await world.router.entranceOf(routing.listenerArn);
    if (proofOf(state, entrance).by === 'targetHealth') {
      return { passed: true, saw: "no request is sent: the load balancer's health checks decide" };
    }
    if (authenticates(routing.actions)) {
      return { passed: true, saw: 'the rule has its users sign in, so blue is not asked; its target health decides' };
    }
    const asked = healthQuestion(spec, routing, entrance);
    const question = { ...asked, timeoutSeconds: spec.timeouts.verifyRequest, fault: unlessSuccess };
    const answer = await steadyAnswer(question, world);
    if (answer.good) return { passed: true, saw: `status ${answer.status} at ${asked.url}`, answered: true };
    const fix =
      'correct healthPath or url so that the request meets the rule and is answered with 2xx, or set verify: { by: targetHealth }';
    return { passed: false, saw: `${asked.url}: ${answer.said} (${fix})` };
  },
};
