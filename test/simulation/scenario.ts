import { seeded } from '../../lib/calibration/random.ts';
import type { Autoscaling } from '../../lib/rollout/autoscaling.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { everyChannel } from '../channels/inbox-channels.ts';
import { modelArns, modelSpec } from '../model/model-world.ts';

export const start = Date.parse('2026-03-01T10:00:00.000Z');

/** A version that is rolled out. */
export type VersionKind = 'good' | 'bad' | 'slow' | 'crashing';

/** What a run begins with, and how everything behaves that does not fail. */
export interface Scenario {
  readonly seed: number;
  readonly spec: RolloutSpec;
  readonly version: VersionKind;
  /** The version of the push that comes meanwhile, if one does. */
  readonly nextVersion: VersionKind;
  readonly requestsPerSecond: number;
  readonly tasks: number;
  /** Whether a policy scales the slots. */
  readonly isScaled: boolean;
  /** Somebody starts it by hand, in place of a push. */
  readonly byHand: boolean;
  /** For how long the rules keep clients with a target group; 0 where they do not. */
  readonly stickySeconds: number;
}

/** How a policy scales both slots before a rollout, where one does. */
export const usualAutoscaling: Autoscaling = {
  min: 1,
  max: 6,
  suspended: { scaleIn: false, scaleOut: false, scheduled: false },
};

/** How a policy scales the slots of a scenario before a rollout, where one does. */
export function autoscalingOf({ isScaled, spec }: Scenario): Map<string, Autoscaling> {
  const services = isScaled ? [spec.slots.a.service, spec.slots.b.service] : [];
  return new Map(services.map((service) => [service, usualAutoscaling]));
}

/** The second rule, which some services have. */
const secondRule = `${modelArns.rule.slice(0, -1)}e`;

const elsewhere = (arn: string) => arn.replace(/web-([ab])/, 'web-$1-internal');
/** The slots of a service behind two load balancers. */
const severalGroups = {
  a: { service: 'web-a', targetGroups: [modelArns.groupA, elsewhere(modelArns.groupA)] },
  b: { service: 'web-b', targetGroups: [modelArns.groupB, elsewhere(modelArns.groupB)] },
};
/** The alarm that some specs name. */
export const alarmName = 'web-5xx';
/** The role that approves, and who has it. */
/** So many services have channels. */
const channelShare = 0.25;
export const approver = { required: ['qa'], people: [{ name: 'Cleo', roles: ['qa'] }], within: '30m' };

/** The channels of a service, where it has some; drawn apart from everything else. */
function notificationsOf(seed: number): object {
  const random = seeded(seed, 14);
  if (random.uniform() >= channelShare) return {};
  const channels = Array.from({ length: random.integer(1, 3) }, () => pick(everyChannel, random.uniform()));
  const names = [...new Set(channels.map(({ name }) => name))];
  const named = everyChannel.filter(({ name }) => names.includes(name));
  return { channels: named, ...(random.uniform() < 0.5 && { routes: [{ to: names }] }) };
}

/** One of the list; the same for the same number. */
export function pick<T>(list: readonly T[], uniform: number): T {
  const found = list[Math.min(list.length - 1, Math.floor(uniform * list.length))];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}

/** How often a drawn run has both versions in one ECS service. */
const oneServiceShare = 0.25;
/** Drivers that the simulation has a model of. */
export const simulatedDrivers = ['slots', 'ecs-managed'] as const;
export type SimulatedDriver = (typeof simulatedDrivers)[number];

/** The scenario that a seed stands for, with a driver that it draws where none is named. */
export function drawnScenario(seed: number, driver: SimulatedDriver | undefined): Scenario {
  const drawn = seeded(seed, 15).uniform() < oneServiceShare ? 'ecs-managed' : 'slots';
  const scenario = scenarioOf(seed);
  return (driver ?? drawn) === 'slots' ? scenario : inOneService(scenario);
}

/** The same with both versions in one ECS service, whose deployments the rollouts begin. */
function inOneService(scenario: Scenario): Scenario {
  const random = seeded(scenario.seed, 17);
  const { spec } = scenario;
  const weights = pick([[100], [10, 100], [50, 100], [25, 50, 75, 100], [34, 68, 100]], random.uniform());
  const { approvals, alarms, lag, onBusy, rollback } = spec;
  return {
    ...scenario,
    isScaled: false,
    spec: modelSpec({
      driver: 'ecs-managed',
      slots: {
        a: { service: 'web', targetGroup: modelArns.groupA },
        b: { service: 'web', targetGroup: modelArns.groupB },
      },
      traffic: [{ rule: modelArns.rule }],
      ...(approvals.people.length > 0 && { approvals: approver }),
      ...(rollback.shape === 'stepped' && {
        rollback: { shape: 'stepped', stepped: { weights: [60, 30, 10], pause: '20s' } },
      }),
      ...(alarms.length > 0 && { alarms: [alarmName] }),
      notifications: notificationsOf(scenario.seed),
      ...{ onBusy, lag: `${String(lag)}s`, period: '60s', analysis: { history: '10m' }, minimumRequests: 50 },
      steps: weights.map((weight) => ({ weight, bake: `${String(random.integer(2, 4))}m` })),
      timeouts: { hold: '10m', provisionGreen: '5m' },
      capacity: { sizing: 'full' },
      retention: { keepFullFor: '0s', keepFor: '0s' },
    }),
  };
}

/** The scenario of two slots that a seed stands for. */
export function scenarioOf(seed: number): Scenario {
  const random = seeded(seed, 1);
  const uniform = () => random.uniform();
  const bakes = () => `${String(random.integer(2, 4))}m`;
  const weights = pick([[10, 50, 100], [5, 25, 50, 100], [100], [50, 100]], uniform());
  const traffic = pick(
    [[{ rule: modelArns.rule }], [{ listener: modelArns.listener }], [{ rule: modelArns.rule }, { rule: secondRule }]],
    uniform(),
  );
  const hasSeveralGroups = traffic.length > 1 && uniform() < 0.5;
  return {
    seed,
    spec: modelSpec({
      traffic,
      ...(hasSeveralGroups && { slots: severalGroups }),
      ...(uniform() < 0.2 && { approvals: approver }),
      onBusy: pick(['reject', 'reject', 'queue', 'supersede'], uniform()),
      rollback: pick([{}, {}, { shape: 'stepped', stepped: { weights: [60, 30, 10], pause: '20s' } }], uniform()),
      ...(seeded(seed, 13).uniform() < 0.5 && { alarms: [alarmName] }),
      notifications: notificationsOf(seed),
      period: '60s',
      lag: pick(['60s', '120s'], uniform()),
      analysis: { history: '10m' },
      minimumRequests: 50,
      steps: weights.map((weight) => ({ weight, bake: bakes() })),
      timeouts: { hold: '10m', provisionGreen: '5m' },
      retention: { keepFullFor: '10m', keepFor: '30m' },
    }),
    version: pick(['good', 'good', 'good', 'bad', 'bad', 'slow', 'crashing'] as const, uniform()),
    nextVersion: pick(['good', 'bad'] as const, uniform()),
    requestsPerSecond: pick([20, 100, 100, 400, 0], uniform()),
    tasks: random.integer(1, 4),
    isScaled: uniform() < 0.5,
    byHand: uniform() < 0.3,
    stickySeconds: pick([0, 0, 0, 120], uniform()),
  };
}
