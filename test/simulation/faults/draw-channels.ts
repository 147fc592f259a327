import { type Random, seeded } from '../../../lib/calibration/random.ts';
import { pick, type Scenario } from '../scenario.ts';
import type { Fault } from './faults.ts';

/** Numbers of calls: as many as a channel gets in a rollout. */
const nth = (random: Random) => random.integer(1, 40);
/** Seconds from some seconds to two hours, short ones as often as long ones. */
const upToTwoHours = (random: Random) => Math.round(10 * 720 ** random.uniform());

/** A vendor that does not take messages, or takes them and does not say so. */
export function vendorFault(random: Random, seconds: number): Extract<Fault, { kind: 'vendor' }> {
  return {
    kind: 'vendor',
    vendor: pick(['slack', 'slack', 'slack-webhook', 'pagerduty', 'mail', 'webhook'], random.uniform()),
    how: pick(['dead', 'broken', 'busy', 'deaf', 'strict'], random.uniform()),
    from: random.integer(0, seconds),
    seconds: upToTwoHours(random),
  };
}

/** What goes wrong between the queue and a vendor. */
const draws: readonly ((random: Random, seconds: number) => Fault)[] = [
  vendorFault,
  vendorFault,
  (random) => ({ kind: 'time-out', effect: random.uniform() < 0.6, call: 'channel.send', nth: nth(random) }),
  (random) => ({
    kind: 'hint',
    of: 'delivery',
    how: pick(['twice', 'late', 'lost'], random.uniform()),
    nth: nth(random),
  }),
  (random) => ({ kind: 'invocation-lost', function: 'Deliver', nth: nth(random), ran: random.uniform() < 0.7 }),
  (random) => ({
    kind: 'killed',
    function: 'Deliver',
    nth: nth(random),
    effect: random.integer(1, 6),
    when: pick(['before', 'after'], random.uniform()),
    always: random.uniform() < 0.1,
    stops: false,
  }),
];

/** Returns what goes wrong with the channels that a scenario has: nothing where it has none. */
export function channelFaultsOf({ seed, spec }: Scenario, seconds: number): readonly Fault[] {
  if (spec.notifications.channels.length === 0) return [];
  const random = seeded(seed, 15);
  return Array.from({ length: random.integer(0, 4) }, () => pick(draws, random.uniform())(random, seconds));
}
