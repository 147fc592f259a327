import { type Random, seeded } from '../../../lib/calibration/random.ts';
import { pick, type Scenario } from '../scenario.ts';
import type { Fault } from './faults.ts';

/** Calls of a rollout to ECS's deployments. */
const calls = ['UpdateService', 'ContinueServiceDeployment', 'ContinueServiceDeployment', 'StopServiceDeployment'];
const reads = ['ListServiceDeployments', 'DescribeServiceDeployments', 'DescribeServiceRevisions', 'DescribeServices'];

const stages = [
  'SCALE_UP',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

/** A deployment of ECS that does not go as it should. */
export function deploymentFault(random: Random): Extract<Fault, { kind: 'deployment' }> {
  return {
    kind: 'deployment',
    how: pick(['stuck', 'writes-late', 'writes-late', 'fails-back'], random.uniform()),
    stage: pick(stages, random.uniform()),
    seconds: Math.round(3 * 20 ** random.uniform()),
  };
}

const draws: readonly ((random: Random) => Fault)[] = [
  deploymentFault,
  deploymentFault,
  (random) => {
    const effect = random.uniform() < 0.6;
    const call = pick(effect ? calls : [...calls, ...reads], random.uniform());
    return { kind: 'time-out', effect, call: `runtime.${call}`, nth: random.integer(1, 4) };
  },
];

/** Returns what goes wrong with the deployments of a scenario whose versions are in one ECS service: nothing for any other. */
export function deploymentFaultsOf({ seed, spec }: Scenario): readonly Fault[] {
  if (spec.driver === 'slots') return [];
  const random = seeded(seed, 19);
  return Array.from({ length: random.integer(0, 2) }, () => pick(draws, random.uniform())(random));
}
