import { driverOf } from '../../drivers/registry.ts';
import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import * as z from 'zod';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Entrance } from '../../drivers/traffic-router.ts';
import { type Probe, type ProbeAnswer, ProbeNotReady } from '../../ports/probe.ts';
import { healthQuestion } from '../../drivers/rules/health-question.ts';
import { pairOfRouting } from '../../drivers/rules/pairs.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import { isVersion, shownVersion } from '../../rollout/shown-version.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { answersCounted } from '../../checks/answers/counted-answers.ts';
import { type GuardNote, pushGuard } from '../ownership/guard.ts';
import { closeHeaderRoutes } from './header-routes.ts';
import { proofOf, type Proof, type VersionProof } from '../../checks/answers/green-proof.ts';
import { assertOwned, decideRollback, ownedInput, trustedRollout, record } from '../ownership/owned-rollout.ts';
import { probeOf } from '../../checks/answers/probe-of.ts';
import { type Question, steadyAnswer, unlessAccepted } from '../../checks/answers/steady-answer.ts';
import { greenByTargetHealth } from '../../checks/answers/target-health-proof.ts';
import { type Found, verifyHeader } from '../../checks/answers/verification.ts';
import { requestsLeft } from '../../checks/answers/requests-left.ts';
import { type AskedRequests, sendRequests, whyUnanswered } from './send-requests.ts';
import { decideVerification, type VerifyDecision, whyTooEarly } from './decide-verification.ts';
import { type VerifyProgress, verifyProgress } from './verify-progress.ts';
import type { Part } from '../../ports/world.ts';

/** Of the request without the word: the evaluation has other requests to make within its 15 s. */
const mostControlSeconds = 2;

/** `none` at the first evaluation: CloudFormation would drop a null from the definition. */
export const verifyGreenInput = ownedInput.extend({
  progress: z.union([z.literal('none'), verifyProgress]).default('none'),
});
type Input = z.input<typeof verifyGreenInput>;

type Needs = Part<'store' | 'router' | 'probe' | 'metrics' | 'schedules' | 'now' | 'sleep' | 'randomWord'>;

interface Output extends GuardNote {
  readonly outcome: 'verified' | 'waiting' | 'rollBack';
  readonly waitSeconds: number;
  readonly progress: VerifyProgress | 'none';
}

const ended = (outcome: 'verified' | 'rollBack'): Output => ({ outcome, waitSeconds: 0, progress: 'none' });

/**
 * State `VerifyGreen`: real requests reach green through the load balancer before any user's do, by a header value that is made
 * for this rollout, and something proves that it was green that answered. An evaluation is short; the machine looks again until the
 * proof is there or the time for it is over. Good answers without proof are not yet a verification, and never one in the end.
 */
export async function verifyGreen(input: Input, world: Needs): Promise<Output> {
  const stored = await trustedRollout(world, input);
  const { state } = stored;
  if (state.phase === 'rollingBack') return ended('rollBack');
  const left = requestsLeft(state);
  const isVerified = state.happened?.GreenVerified !== undefined;
  if (state.phase !== 'verifying' || (isVerified && left.length === 0)) return ended('verified');

  const routings = await world.router.read(trafficOf(state.spec));
  const [routing] = routings;
  if (routing === undefined) throw new Error(`The spec of ${state.service} names no traffic.`);
  const tooEarly = whyTooEarly(state, routings);
  if (tooEarly !== undefined) {
    await closeHeaderRoutes(state, routings, world);
    await decideRollback(world, stored, tooEarly);
    return ended('rollBack');
  }
  const entrance = await world.router.entranceOf(routing.listenerArn);
  const proof = proofOf(state, entrance);
  const opened = proof.by === 'targetHealth' ? undefined : await verifyRoute(input, state, routing, world);
  const now = world.now().toISOString();
  const { progress: before = 'none' } = input;
  const progress = before === 'none' ? { since: now, goodAt: now, sent: null, bad: 0 } : before;
  if (isVerified) {
    return askOn(
      stored,
      { state, routing, entrance, route: opened, requests: left, bad: progress.bad },
      progress,
      world,
    );
  }
  const found =
    opened === undefined
      ? await greenByTargetHealth(state, world)
      : await lookOnceReady({ state, routing, entrance, proof, progress, word: opened.value }, world);

  const isNewRule = opened?.isNew === true;
  const facts = { found, progress, isNewRule, hasRequests: left.length > 0, now: world.now() };
  return act(stored, decideVerification(state, facts), opened, world);
}

async function act(
  stored: StoredRollout,
  decision: VerifyDecision,
  route: VerifyRoute | undefined,
  world: Needs,
): Promise<Output> {
  switch (decision.outcome) {
    case 'wait':
      return waitOn(stored, decision.progress, decision.waitSeconds, world);
    case 'askOn':
      // The private rule stays: requests of the spec go its way next.
      return waitOn(await record(world, stored, decision.event), decision.progress, decision.waitSeconds, world);
    case 'verified':
      await closeRoute(route, world);
      await record(world, stored, decision.event);
      return ended('verified');
    case 'rollBack':
      await closeRoute(route, world);
      await decideRollback(world, stored, decision.reason);
      return ended('rollBack');
  }
}

/** A green that is verified gets the requests of the spec; their end is that of the verification. */
async function askOn(
  stored: StoredRollout,
  look: AskedRequests,
  progress: VerifyProgress,
  world: Needs,
): Promise<Output> {
  const sent = await sendRequests(look, world);
  if (sent.outcome === 'passed') {
    await closeRoute(look.route, world);
    await record(world, stored, sent.event);
    return ended('verified');
  }
  const reason = whyUnanswered(sent, progress, look.state, world.now());
  if (reason === undefined) {
    const next = { ...progress, bad: sent.bad, lacking: sent.lacking };
    return waitOn(stored, next, sent.waitSeconds, world);
  }
  await closeRoute(look.route, world);
  await decideRollback(world, stored, reason);
  return ended('rollBack');
}

interface VerifyRoute {
  readonly arn: string;
  /** What it asks for. */
  readonly value: string;
  /** This evaluation made it, so it is not live on every node yet. */
  readonly isNew: boolean;
}

/** The rule that leads to green by a word of this rollout: the one that an earlier evaluation made, or a new one. */
async function verifyRoute(input: Input, state: RolloutState, routing: Routing, world: Needs): Promise<VerifyRoute> {
  const known = await world.router.headerRouteOf(routing.listenerArn, state.rolloutId, verifyHeader);
  if (known !== undefined) return { ...known, isNew: false };
  const value = world.randomWord();
  await assertOwned(world, input);
  const route = { to: 'green', header: verifyHeader, value } as const;
  const arn = await driverOf(state.spec).openRoute(state, routing, route, world);
  return { arn, value, isNew: true };
}

async function closeRoute(route: { readonly arn: string } | undefined, { router }: Needs): Promise<void> {
  if (route !== undefined) await router.closeHeaderRoute(route.arn);
}

interface Look {
  readonly state: RolloutState;
  readonly routing: Routing;
  readonly entrance: Entrance;
  readonly proof: Proof;
  readonly progress: VerifyProgress;
  /** What the private rule asks for. */
  readonly word: string;
}

/** A probe whose network interface is being made anew says nothing about green: it is waited for, as long as a verification may take. */
async function lookOnceReady(look: Look, world: Needs): Promise<Found> {
  try {
    const probe = probeOf(look.state.spec, look.entrance, world.probe);
    return await lookAtGreen(look, { ...world, probe });
  } catch (error) {
    if (!(error instanceof ProbeNotReady)) throw error;
    return { outcome: 'notYet', lacking: error.message, isGood: true, sent: look.progress.sent };
  }
}

type LookNeeds = Part<'metrics' | 'now' | 'sleep'> & { readonly probe: Probe };

async function lookAtGreen(look: Look, world: LookNeeds): Promise<Found> {
  const { state, routing, entrance, proof, progress, word } = look;
  const { url, headers, connectTo } = healthQuestion(state.spec, routing, entrance);
  const question: Question = {
    url,
    headers: { ...headers, [verifyHeader]: word },
    connectTo,
    timeoutSeconds: state.spec.timeouts.verifyRequest,
    fault: unlessAccepted(state.answerAccepts),
  };
  if (proof.by === 'version' && progress.sent === null) {
    const isTelling = await tellsApart({ ...question, headers }, proof, world);
    if (isTelling) return greenByVersion(question, proof, world);
  }
  const targetGroups = pairOfRouting(state, routing);
  const counted = { state, routingArn: routing.arn, targetGroups, since: progress.since, sent: progress.sent };
  return answersCounted(counted, question, world);
}

/** Whether the same request without the word is answered otherwise: what says the version of green as well proves nothing. */
async function tellsApart(question: Question, proof: VersionProof, world: LookNeeds): Promise<boolean> {
  try {
    const [address] = await world.probe.addressesOf(question.connectTo);
    const seconds = Math.min(question.timeoutSeconds, mostControlSeconds);
    return !proves(await world.probe.get(question.url, question.headers, seconds, address), proof);
  } catch (error) {
    if (error instanceof ProbeNotReady) throw error;
    // No answer without the word: whatever is answered with it comes by the private rule.
    return true;
  }
}

async function greenByVersion(question: Question, proof: VersionProof, world: LookNeeds): Promise<Found> {
  const seen = { isGreens: false };
  const fault = (answer: ProbeAnswer) => {
    const isOfGreen = proves(answer, proof);
    const wrong = question.fault(answer);
    // A green that answered well, only too late to do so often enough, has answered nothing badly.
    seen.isGreens = isOfGreen && wrong !== undefined;
    if (wrong !== undefined || isOfGreen) return wrong;
    const shown = shownVersion(proof.verify, answer);
    const where =
      proof.verify.header === undefined ? `field ${proof.verify.bodyField ?? ''}` : `header ${proof.verify.header}`;
    return `status ${answer.status}, but ${where} ${shown === undefined ? 'is not there' : `says "${shown.slice(0, 80)}"`}, expected "${proof.expected}": it was not green that answered`;
  };
  const answer = await steadyAnswer({ ...question, fault }, world);
  if (!answer.good) {
    return { outcome: 'notYet', lacking: `${question.url}: ${answer.said}`, isGreens: seen.isGreens };
  }
  const { status, milliseconds } = answer;
  const event = { type: 'GreenVerified', url: question.url, status, milliseconds, proof: 'version' } as const;
  return { outcome: 'verified', event };
}

function proves(answer: ProbeAnswer, { verify, expected }: VersionProof): boolean {
  const shown = shownVersion(verify, answer);
  return shown !== undefined && isVersion(verify, shown, expected);
}

async function waitOn(stored: StoredRollout, progress: VerifyProgress, most: number, world: Needs): Promise<Output> {
  const waitSeconds = Math.max(1, Math.ceil(most));
  return { outcome: 'waiting', waitSeconds, progress, ...(await pushGuard(stored, waitSeconds, world)) };
}
