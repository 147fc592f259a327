import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { balancerRooms, describeRoom } from '../live/balancer-room.ts';
import { counted } from '../../specification/text/counted.ts';
import { asked } from './asking.ts';
import { type Diagnosis, diagnosis } from './diagnosis.ts';
import type { Patient } from './patient.ts';

/** Functions behind routes that anybody may send requests to; a test counts them in the template. */
export const publicFunctions = 8;

/** Lambda keeps so much of an account's concurrency unreserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const neverReserved = 100;

/** No public route needs more: their limits let 50 requests a second through, and a page takes a fifth of a second. */
const mostForPublic = 10;

/** What all rollouts of a stage share: readers of the stream, announcements, sweeps, the archive. */
const shared = 12;
/** Of one rollout: the function of its state, the delivery of its messages, and one for what people do. Opening takes more for seconds, and is retried. */
const eachRollout = 3;

/** Read calls of ELBv2 that an account has in a region, by the second, once its burst is used up. */
const balancerReads = 10;

export interface Quotas {
  readonly found: readonly Diagnosis[];
  /** How many rollouts run at once before one waits for the other; `undefined` where it could not be found out. */
  readonly rolloutsAtOnce: number | undefined;
}

/** Says what the account's quotas carry. */
export async function quotas(patient: Patient): Promise<Quotas> {
  const [ofLambda, ofBalancers] = await Promise.all([concurrency(patient), rooms(patient)]);
  return { found: [...ofLambda.found, ...ofBalancers], rolloutsAtOnce: ofLambda.rolloutsAtOnce };
}

async function concurrency(patient: Patient): Promise<Quotas> {
  const { account, caller, specs } = patient;
  const asking = {
    ...{ topic: 'quotas' as const, what: "What Lambda's concurrency carries" },
    ...{ rights: [{ action: 'lambda:GetAccountSettings', resource: '*' }], principal: caller.principal },
  };
  const answer = await asked(asking, () => account.concurrency());
  if ('unknown' in answer) return { found: [answer.unknown], rolloutsAtOnce: undefined };
  const { most, unreserved } = answer.answer;
  const byLambda = Math.max(0, Math.floor((unreserved - shared) / eachRollout));
  const byReads = specs.map(({ spec }) => Math.floor((balancerReads * spec.period) / readsEachEvaluation(spec)));
  const rolloutsAtOnce = Math.min(byLambda, ...byReads);
  const limit = byReads.some((count) => count <= byLambda)
    ? `ELB answers ${balancerReads} read calls a second`
    : `${unreserved} of ${most} calls of Lambda at once are unreserved`;
  const status = rolloutsAtOnce > 0 ? 'well' : 'missing';
  const says = `The account carries about ${counted(rolloutsAtOnce, 'rollout')} at once: ${limit}.`;
  const carries = diagnosis('quotas', status, says, rolloutsAtOnce > 0 ? [] : [moreConcurrency(patient)]);
  return { found: [carries, publicShare(most, unreserved, patient)], rolloutsAtOnce };
}

/** Rules, and the health of both slots, at each evaluation. */
function readsEachEvaluation(spec: RolloutSpec): number {
  const layout = layoutOf(spec);
  return layout.traffic.length + layout.groupsOf('a').length + layout.groupsOf('b').length;
}

function moreConcurrency({ region }: Patient): string {
  return `aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region ${region}`;
}

/** Without a share of their own, floods of public routes take the concurrency that the guard and the evaluations need. */
function publicShare(most: number, unreserved: number, patient: Patient): Diagnosis {
  const { stage, region, stack } = patient;
  const set = stack?.parameters['PublicConcurrency'] ?? '';
  if (set !== '') {
    const says = `Each of ${publicFunctions} public functions has ${set} of the account's concurrency for itself (PublicConcurrency).`;
    return diagnosis('quotas', 'well', says);
  }
  const room = Math.min(unreserved - neverReserved, Math.floor(most / 5));
  const proposed = Math.min(mostForPublic, Math.floor(room / publicFunctions));
  const shares = 'Public routes share the concurrency of Lambda with the guard and the evaluations';
  if (proposed >= 1)
    return diagnosis('quotas', 'doubtful', `${shares}. PublicConcurrency=${proposed} caps each public function.`, [
      `sluice stack deploy --stage ${stage} --region ${region} --parameter PublicConcurrency=${proposed}`,
    ]);
  const says = `${shares}. Of ${most} none can be reserved, as Lambda keeps ${neverReserved} unreserved: ask for more, then set PublicConcurrency.`;
  return diagnosis('quotas', 'doubtful', says, [moreConcurrency(patient)]);
}

/** A rollout adds a rule to each load balancer, and maintenance a few. */
async function rooms({ specs, look, region, caller }: Patient): Promise<readonly Diagnosis[]> {
  const balancers = [...new Set(specs.flatMap(({ spec }) => balancersOf(spec)))];
  if (balancers.length === 0) return [];
  const actions = ['DescribeListeners', 'DescribeRules', 'DescribeAccountLimits'];
  const answer = await asked(
    {
      ...{ topic: 'quotas', what: 'How many rules the load balancers have room for' },
      rights: actions.map((action) => ({ action: `elasticloadbalancing:${action}`, resource: '*' })),
      principal: caller.principal,
    },
    () => balancerRooms(balancers, look),
  );
  if ('unknown' in answer) return [answer.unknown];
  return answer.answer.map((room) => {
    const isFull = room.rules.present >= room.rules.most;
    const says = `${describeRoom(room)}.${isFull ? ' A rollout needs one more rule: remove one, or ask for more.' : ''}`;
    const lists = `aws service-quotas list-service-quotas --service-code elasticloadbalancing --region ${region}`;
    return diagnosis('quotas', isFull ? 'missing' : 'well', says, isFull ? [lists] : []);
  });
}

/** `…:loadbalancer/app/<name>/<id>` of the listeners and rules of a spec. */
function balancersOf(spec: RolloutSpec): readonly string[] {
  return layoutOf(spec).traffic.flatMap((target) => {
    const arn = 'rule' in target ? target.rule : target.listener;
    const [, start, name] = /^(arn:[^/]+):listener(?:-rule)?\/(app\/[^/]+\/[^/]+)/.exec(arn) ?? [];
    return start === undefined || name === undefined ? [] : [`${start}:loadbalancer/${name}`];
  });
}
