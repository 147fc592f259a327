import type { Pair } from '../../drivers/rules/pair.ts';
import type { Probe } from '../../ports/probe.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { burstOf, type Question } from './steady-answer.ts';
import type { Found, Sent } from './verification.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** A new rule reaches the nodes of a load balancer within some 10 s, each at its own time; what is sent before is not counted on. */
const settleSeconds = 15;

/** Enough that a few requests which other rules take are missed in the count. */
const requestsOfEvaluation = 10;

/** Counts come once a period, each some time after its end: asking more often costs money and shows nothing. */
const longestPauseSeconds = 30;

function pauseOf(period: number): number {
  return Math.min(period, longestPauseSeconds);
}

interface Counted {
  readonly state: RolloutState;
  readonly routingArn: string;
  readonly targetGroups: Pair;
  /** When the private rule was there first. */
  readonly since: string;
  readonly sent: Sent | null;
}

type Needs = Part<'metrics' | 'now' | 'sleep'> & { readonly probe: Probe };

/**
 * Requests by the private rule, and then their count: green gets no others yet, so its target group must have counted every one
 * of them. The load balancer's counts come a minute or two later.
 */
export async function answersCounted(counted: Counted, question: Question, world: Needs): Promise<Found> {
  return counted.sent === null ? send(counted, question, world) : count(counted, counted.sent, question, world);
}

async function send({ state, since }: Counted, question: Question, world: Needs): Promise<Found> {
  const { period } = state.spec;
  const started = world.now().getTime();
  const secondsLeft = settleSeconds - (started - Date.parse(since)) / 1000;
  if (secondsLeft > 0) {
    const lacking = `${question.url}: it was not asked yet, a new rule takes some seconds to be live on every node`;
    return { outcome: 'notYet', lacking, isPending: true, isGood: true, waitSeconds: secondsLeft };
  }
  const { answered, good, said } = await burstOf(question, requestsOfEvaluation, world);
  if (answered === 0) return { outcome: 'notYet', lacking: `${question.url}: ${said ?? 'it was not asked'}` };
  const sent: Sent = {
    from: Math.floor(started / 1000 / period) * period,
    to: (Math.floor(world.now().getTime() / 1000 / period) + 1) * period,
    requests: answered,
    ...(good && { good }),
    ...(said !== undefined && { said: said.slice(0, 500) }),
  };
  const what = said === undefined ? 'it answers well' : `it answers ${said}`;
  const lacking = `${question.url}: ${what}, but the load balancer has not counted yet who answered`;
  return {
    outcome: 'notYet',
    lacking,
    isPending: true,
    isGood: said === undefined,
    sent,
    waitSeconds: pauseOf(period),
  };
}

async function count(counted: Counted, sent: Sent, { url }: Question, world: Needs): Promise<Found> {
  const { period, lag } = counted.state.spec;
  const isGood = sent.said === undefined;
  const waitSeconds = pauseOf(period);
  const told = await countsOf(counted, sent.from - period, sent.to, world);
  if ('said' in told) {
    const lacking = `${url}: who answered could not be found out: ${told.said}`;
    return { outcome: 'notYet', lacking, isGood: true, sent, waitSeconds };
  }
  const reached = told.of(sent.from, sent.to);
  if (reached >= sent.requests && !isGood) return bad(url, sent);
  const others = told.of(sent.from - period, sent.from);
  if (others > 0) {
    // After another period there is an evaluation that follows no requests at all, unless others go on.
    const lacking = `${url}: green's target group got ${others} other requests just before, so its counts prove nothing; name the version in the answer (verify.header or verify.bodyField)`;
    return { outcome: 'notYet', lacking, isGood, waitSeconds: period };
  }
  if (reached >= sent.requests) return proven(url, sent, reached);
  const isSettled = world.now().getTime() / 1000 >= sent.to + lag + period;
  const lacking = `${url}: ${isGood ? 'good answers' : (sent.said ?? '')}, but green's target group counted ${reached} of ${sent.requests} requests${isSettled ? ': another rule or service answered' : ' so far'}`;
  return { outcome: 'notYet', lacking, isPending: !isSettled, isGood, sent: isSettled ? null : sent, waitSeconds };
}

function proven(url: string, { requests, good }: Sent, reached: number): Found {
  const event = { type: 'GreenVerified', url, ...good, requests, counted: reached, proof: 'requests' } as const;
  return { outcome: 'verified', event };
}

function bad(url: string, { said = 'nothing' }: Sent): Found {
  return { outcome: 'notYet', lacking: `${url}: ${said}`, isGreens: true };
}

/** Requests of green's target group, summed over a span; in words where CloudWatch does not tell. */
async function countsOf(
  { state, routingArn, targetGroups }: Counted,
  from: number,
  to: number,
  { metrics }: Needs,
): Promise<{ readonly said: string } | { readonly of: (from: number, to: number) => number }> {
  try {
    const rows = await metrics.read({
      targetGroups,
      routingArn,
      metrics: ['requests'],
      from,
      to,
      period: state.spec.period,
    });
    return {
      of: (first, end) =>
        rows.filter(({ at }) => at >= first && at < end).reduce((sum, row) => sum + (row.green['requests'] ?? 0), 0),
    };
  } catch (error) {
    return { said: messageOf(error) };
  }
}
