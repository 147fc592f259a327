import { abilities, type Ability } from '../drivers/layout/abilities.ts';
import type { DriverShape } from '../drivers/layout/driver-shape.ts';
import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { type Places, shapeOf } from '../drivers/shapes/registry.ts';
import type { Doubt } from './doubt.ts';
import { whyNoDrill } from './drill-steps.ts';
import { metricsOfGate } from './gate.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** What is measured of an ECS service as a whole. */
const ofService: readonly string[] = ['cpu', 'memory'];

/** Returns the place in a spec that needs an ability; `undefined` where none does. */
const needs: Readonly<Record<Ability, (spec: RolloutSpec, shape: DriverShape<Places>) => Doubt['path'] | undefined>> = {
  anyWeights: (spec, shape) => unfitSteps(spec, shape)?.path,
  sizedAhead: ({ capacity }) => (capacity.sizing === 'ahead' ? ['capacity', 'sizing'] : undefined),
  ownMetrics: ({ gates }) => {
    const index = gates.findIndex((gate) => metricsOfGate(gate).some((metric) => ofService.includes(metric)));
    return index === -1 ? undefined : ['gates', index];
  },
  leavesOutSteps: ({ steps }) => {
    const index = steps.findIndex(({ leaveOutWhenQuiet }) => leaveOutWhenQuiet === true);
    return index === -1 ? undefined : ['steps', index, 'leaveOutWhenQuiet'];
  },
  severalRules: (spec) => (trafficOf(spec).length > 1 ? ['traffic', 1] : undefined),
  defaultActions: (spec) => {
    const index = trafficOf(spec).findIndex((target) => 'listener' in target);
    return index === -1 ? undefined : ['traffic', index];
  },
  choosesDefinition: ({ taskDefinition }) => (taskDefinition === 'blue' ? undefined : ['taskDefinition']),
  waits: ({ onBusy }) => (onBusy === 'reject' ? undefined : ['onBusy']),
  keepsBlue: ({ retention }) => (retention.keepFor > 0 ? ['retention', 'keepFor'] : undefined),
  cutsRequests: ({ openRequests }) => (openRequests?.mode === 'cut' ? ['openRequests', 'mode'] : undefined),
  starts: ({ hotfix }) => (hotfix === undefined ? undefined : ['hotfix']),
  goesBack: ({ drills }) => (drills?.rollback === undefined ? undefined : ['drills', 'rollback']),
};

/** Returns everything that a spec needs and its driver cannot do: no rollout could go by such a spec. */
export function lintDriver(spec: RolloutSpec, shape: DriverShape<Places> = shapeOf(spec)): readonly Doubt[] {
  const doubts = abilityNames.flatMap((ability): readonly Doubt[] => {
    const reason = shape.cannot[ability];
    const path = reason === undefined ? undefined : needs[ability](spec, shape);
    if (reason === undefined || path === undefined) return [];
    const why = (ability === 'anyWeights' ? unfitSteps(spec, shape)?.why : undefined) ?? reason;
    const { can, instead } = abilities[ability];
    const message = `the driver ${shape.name} cannot ${can}: ${why}; expected ${instead}`;
    return [{ path, severity: 'error', message }];
  });
  return [...doubts, ...drillDoubts(spec, shape)];
}

/** A driver that goes back may be unable to give the one weight of a drill. */
function drillDoubts(spec: RolloutSpec, shape: DriverShape<Places>): readonly Doubt[] {
  if (spec.drills?.rollback === undefined || shape.cannot.goesBack !== undefined) return [];
  const why = whyNoDrill(spec, shape);
  if (why === undefined) return [];
  const message = `the driver ${shape.name} cannot run a drill of the rollback: ${why}; expected no drills.rollback`;
  return [{ path: ['drills', 'rollback'], severity: 'error', message }];
}

/** The steps that a driver cannot take; those of a return to an earlier version matter where it can make one. */
function unfitSteps(
  { steps, rollback }: RolloutSpec,
  { whyNot, cannot }: DriverShape<Places>,
): { readonly path: Doubt['path']; readonly why: string } | undefined {
  const why = whyNot(steps.map(({ weight }) => weight));
  if (why !== undefined) return { path: ['steps'], why };
  const back = cannot.goesBack === undefined ? whyNot(rollback.steps.map(({ weight }) => weight)) : undefined;
  return back === undefined ? undefined : { path: ['rollback', 'steps'], why: back };
}

/** Every ability, in the order of the documentation. */
export const abilityNames: readonly Ability[] = [
  'anyWeights',
  'sizedAhead',
  'ownMetrics',
  'leavesOutSteps',
  'severalRules',
  'defaultActions',
  'choosesDefinition',
  'waits',
  'keepsBlue',
  'cutsRequests',
  'starts',
  'goesBack',
];
