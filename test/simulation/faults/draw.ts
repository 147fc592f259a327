import { type Random, seeded } from '../../../lib/calibration/random.ts';
import { pick, type Scenario } from '../scenario.ts';
import { channelFaultsOf, vendorFault } from './draw-channels.ts';
import { deploymentFault, deploymentFaultsOf } from './draw-deployments.ts';
import type { Fault, HintKind } from './faults.ts';
import { awsServices } from './services.ts';
import { changes, functions, looks, parts, staleLooks, taskStates, writers } from './targets.ts';

/** Small numbers more often than large ones: most calls are made a few times. */
const few = (random: Random, most: number) => 1 + Math.floor(random.uniform() ** 2 * most);

/** Seconds from a minute to two hours, short ones as often as long ones. */
const upToTwoHours = (random: Random) => Math.round(60 * 120 ** random.uniform());

type Draw = (random: Random, seconds: number) => Fault;

/** How each kind is drawn; `seconds` is about how long a rollout takes. */
const draws: Readonly<Record<Fault['kind'], Draw>> = {
  throttling: (random, seconds) => ({
    kind: 'throttling',
    part: pick(parts, random.uniform()),
    from: random.integer(0, seconds),
    seconds: random.integer(5, 120),
  }),
  outage: (random, seconds) => ({
    kind: 'outage',
    of: random.uniform() < 0.1 ? 'all' : pick(awsServices, random.uniform()),
    answer: pick(['refused', 'refused', 'silent'], random.uniform()),
    from: random.integer(0, seconds),
    seconds: upToTwoHours(random),
  }),
  'access-lost': (random, seconds) => ({
    kind: 'access-lost',
    of: pick(awsServices, random.uniform()),
    from: random.integer(0, seconds),
    seconds: 2 * upToTwoHours(random),
  }),
  conflict: (random) => ({ kind: 'conflict', nth: few(random, 30) }),
  'time-out': (random) => {
    const effect = random.uniform() < 0.6;
    const call = pick(effect || random.uniform() < 0.5 ? changes : looks, random.uniform());
    return { kind: 'time-out', effect, call, nth: few(random, 12) };
  },
  unapplied: (random) => ({
    kind: 'unapplied',
    call: pick(['router.write', 'router.modifyRule', 'router.modifyListener'], random.uniform()),
    nth: few(random, 6),
  }),
  'stale-read': (random) => ({
    kind: 'stale-read',
    call: pick(staleLooks, random.uniform()),
    nth: few(random, 12),
    seconds: random.integer(1, 8),
  }),
  killed: (random) => ({
    kind: 'killed',
    function: pick(functions, random.uniform()),
    nth: few(random, 4),
    effect: few(random, 4),
    when: pick(['before', 'after'], random.uniform()),
    always: random.uniform() < 0.2,
    stops: random.uniform() < 0.25,
  }),
  'late-write': (random) => ({
    kind: 'late-write',
    function: pick(writers, random.uniform()),
    nth: few(random, 4),
    seconds: random.integer(5, 149) / 10,
    then: pick(['nothing', 'stopped', 'asked-back'], random.uniform()),
  }),
  'slow-look': (random) => ({
    kind: 'slow-look',
    function: pick(writers, random.uniform()),
    nth: few(random, 4),
    seconds: random.integer(5, 120) / 10,
    then: pick(['nothing', 'stopped', 'asked-back'], random.uniform()),
  }),
  'stopped-in': (random) => ({
    kind: 'stopped-in',
    state: pick(taskStates, random.uniform()),
    nth: few(random, 4),
    milliseconds: random.integer(0, 1_500),
  }),
  'invocation-lost': (random) => ({
    kind: 'invocation-lost',
    function: pick(functions, random.uniform()),
    nth: few(random, 4),
    ran: random.uniform() < 0.7,
  }),
  stopped: (random, seconds) => ({
    kind: 'stopped',
    machine: pick(['rollout', 'rollout', 'rollout', 'rollback', 'retirement'], random.uniform()),
    at: random.integer(0, seconds),
  }),
  hint: (random) => {
    const of = pick<HintKind>(
      ['stream', 'stream', 'push', 'status', 'alarm', 'schedule', 'wake', 'turn'],
      random.uniform(),
    );
    const how = pick(['lost', 'twice', 'late', 'gone'] as const, random.uniform());
    const comes = of === 'wake' || of === 'turn';
    return { kind: 'hint', of, how: comes && (how === 'lost' || how === 'gone') ? 'late' : how, nth: few(random, 12) };
  },
  unhealthy: (random, seconds) => ({
    kind: 'unhealthy',
    slot: pick(['blue', 'green'], random.uniform()),
    all: random.uniform() < 0.5,
    from: random.integer(0, seconds),
    seconds: random.integer(20, 400),
  }),
  'tasks-die': (random, seconds) => ({
    kind: 'tasks-die',
    slot: pick(['blue', 'green'], random.uniform()),
    from: random.integer(0, seconds),
    seconds: upToTwoHours(random),
  }),
  'no-capacity': (random, seconds) => ({
    kind: 'no-capacity',
    from: random.integer(0, seconds),
    seconds: upToTwoHours(random),
  }),
  'image-gone': (random, seconds) => ({
    kind: 'image-gone',
    from: random.integer(0, seconds),
    seconds: upToTwoHours(random),
  }),
  foreign: (random, seconds) => ({
    kind: 'foreign',
    what: pick(
      ['green-all', 'half', 'blue-all', 'scale-green', 'scale-blue', 'deploy-green', 'deploy-blue'],
      random.uniform(),
    ),
    at: random.integer(0, seconds),
  }),
  'second-push': (random, seconds) => ({
    kind: 'second-push',
    at: random.integer(0, random.uniform() < 0.2 ? 2 : seconds),
  }),
  'asked-back': (random, seconds) => ({ kind: 'asked-back', at: random.integer(0, seconds) }),
  command: (random, seconds) => ({
    kind: 'command',
    what: pick(['pause', 'pause', 'promote', 'promoteFully', 'abort'], random.uniform()),
    at: random.integer(0, seconds),
  }),
  'history-full': (random) => ({
    kind: 'history-full',
    machine: pick(['rollout', 'rollout', 'rollback', 'rollback', 'retirement'], random.uniform()),
    events: Math.round(20 * 40 ** random.uniform()),
  }),
  redrive: (random, seconds) => ({
    kind: 'redrive',
    machine: pick(['rollout', 'rollout', 'rollback', 'retirement'], random.uniform()),
    at: random.integer(100, 3 * seconds),
  }),
  'stack-update': (random, seconds) => ({
    kind: 'stack-update',
    from: random.integer(0, seconds),
    seconds: random.integer(20, 300),
  }),
  closed: (random) => ({ kind: 'closed', at: Math.round(900 ** random.uniform()), heard: true }),
  'new-spec': (random, seconds) => ({ kind: 'new-spec', at: random.integer(0, seconds) }),
  alarm: (random, seconds) => ({
    kind: 'alarm',
    from: random.integer(0, seconds),
    seconds: random.integer(30, 900),
  }),
  'rule-edit': (random, seconds) => ({
    kind: 'rule-edit',
    what: pick(['login', 'login', 'condition', 'maintenance'], random.uniform()),
    at: random.integer(0, 2 * seconds),
  }),
  vendor: vendorFault,
  deployment: deploymentFault,
  'turns-bad': (random, seconds) => ({ kind: 'turns-bad', at: random.integer(200, seconds) }),
  return: (random, seconds) => ({ kind: 'return', at: random.integer(0, 2 * seconds) }),
  autoscaling: (random, seconds) => ({
    kind: 'autoscaling',
    slot: pick(['a', 'b'], random.uniform()),
    to: random.integer(1, 6),
    at: random.integer(0, seconds),
  }),
  metrics: (random, seconds) => ({
    kind: 'metrics',
    how: pick(['late', 'missing', 'revised'], random.uniform()),
    from: random.integer(0, seconds),
    seconds: random.integer(60, 600),
  }),
};

/** How often each kind comes, where a run draws from it. */
const shares: Readonly<Record<Fault['kind'], number>> = {
  ...{ throttling: 1, 'time-out': 3, unapplied: 1, 'stale-read': 1, killed: 3, 'late-write': 2, 'slow-look': 1 },
  ...{ 'invocation-lost': 1, stopped: 1, 'stopped-in': 2, hint: 2, unhealthy: 1, foreign: 1, 'second-push': 1 },
  ...{ 'asked-back': 1, command: 1, return: 1, 'turns-bad': 1, autoscaling: 1, metrics: 1, conflict: 1 },
  ...{ 'history-full': 1, redrive: 1, 'stack-update': 1, 'new-spec': 1, alarm: 1, 'rule-edit': 2, closed: 1 },
  ...{ outage: 1, 'access-lost': 1, 'tasks-die': 1, 'no-capacity': 1, 'image-gone': 1 },
  // Drawn beside the others, where the service has channels.
  vendor: 0,
  // Drawn beside the others, where ECS moves traffic.
  deployment: 0,
};
/** Every kind of fault. */
export const faultKinds = Object.keys(draws).filter((name): name is Fault['kind'] => name in shares);

/** The kinds that a run may draw by itself. */
export const commonKinds = faultKinds.filter((kind) => shares[kind] > 0);

/**
 * The kinds that one run draws from: each is in with the chance of one half, so that some runs see a few kinds again and again
 * and others a mix of all (swarm testing: Groce et al., ISSTA 2012).
 */
function swarmOf(random: Random): readonly Fault['kind'][] {
  const drawn = commonKinds.filter(() => random.uniform() < 0.5);
  return (drawn.length === 0 ? commonKinds : drawn).flatMap((kind) => Array.from({ length: shares[kind] }, () => kind));
}

/** Returns about how long a rollout of a scenario takes. */
export function rolloutSeconds({ spec }: Scenario): number {
  return 240 + spec.steps.reduce((sum, { bake }) => sum + bake + 120, 0);
}

/**
 * Returns the faults that a seed stands for. Each is what it is whatever the others are, so that any may be left out.
 * @param against what is drawn from, where a test wants these kinds alone
 */
export function faultsOf(scenario: Scenario, against?: readonly Fault['kind'][]): readonly Fault[] {
  const random = seeded(scenario.seed, 2);
  const seconds = rolloutSeconds(scenario);
  const from = against ?? swarmOf(random);
  const drawn = Array.from({ length: random.integer(1, 6) }, () =>
    draws[pick(from, random.uniform())](random, seconds),
  );
  return against === undefined
    ? [...drawn, ...channelFaultsOf(scenario, seconds), ...deploymentFaultsOf(scenario)]
    : drawn;
}
