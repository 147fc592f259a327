import { preCheckNamed, preCheckNamesOf } from '../../checks/pre-checks.ts';
import type { CheckWorld } from '../../checks/check.ts';
import { runCheck } from '../../checks/run-check.ts';
import { sharedReads } from '../../checks/shared-reads.ts';
import { specCheckNames, specChecks } from '../../checks/spec-checks.ts';
import { type TurnedOn, turnedOn } from '../../checks/turned-on.ts';
import { driverOf } from '../../drivers/registry.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import type { CheckResult, PinnedImage } from '../../rollout/event-shapes.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { openedState, type RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

interface Asked {
  /** Tag or digest of the image that is checked; by default the one that blue runs. */
  readonly image?: string | undefined;
  /** Also checks that the spec does not turn on; these only warn. */
  readonly all?: boolean | undefined;
}

/** What a check found, and whether that would hold up a rollout. */
export interface CheckedResult extends CheckResult {
  readonly severity: 'block' | 'warn';
}

/**
 * Runs the checks of a service without a rollout, all at once; changes nothing.
 * @throws Refusal where it is not clear what serves, or there is no such image
 */
export async function checkService(
  applied: StoredSpec,
  { image, all = false }: Asked,
  world: CheckWorld,
): Promise<readonly CheckedResult[]> {
  const state = await stateAsIs(applied, image, world);
  const always: readonly TurnedOn[] = preCheckNamesOf(applied.spec).map((name) => ({
    check: preCheckNamed(name),
    run: { severity: 'block' },
  }));
  const on = [...always, ...turnedOn(state, world.now()), ...(all ? turnedOff(applied.spec) : [])];
  const shared = sharedReads(world);
  return Promise.all(
    on.map(async ({ check, run }) => ({ ...(await runCheck(check, state, shared, run)), severity: run.severity })),
  );
}

/** Whether a result would reject or delay a rollout. */
export function wouldHoldUp({ passed, severity, waived }: CheckedResult): boolean {
  return !passed && severity === 'block' && waived === undefined;
}

function turnedOff({ checks = {} }: RolloutSpec): readonly TurnedOn[] {
  return specCheckNames
    .filter((name) => checks[name] === undefined)
    .map((name) => ({ check: specChecks[name], run: { severity: 'warn' } }));
}

/** The state that a rollout of this image would have now, right after it was opened. */
async function stateAsIs(
  { spec, version }: StoredSpec,
  image: string | undefined,
  world: CheckWorld,
): Promise<RolloutState> {
  const { router, runtime } = world;
  const routings = await router.read(trafficOf(spec));
  const roles = driverOf(spec).rolesOf(spec, routings);
  if (roles.outcome === 'unclear') throw new Refusal(`It is not clear which slot serves: ${roles.reason}.`);
  const workload = workloadOf(spec, roles.blue);
  const blue = await runtime.describe(workload);
  if (blue === undefined) throw new Refusal(`ECS has no service ${workload.service} in cluster ${workload.cluster}.`);
  const digests = await runtime.runningDigests(workload, spec.container);
  const pinned = await pin(spec, image ?? digests[0], world);
  const newest = spec.taskDefinition === 'latest-of-family' ? await newestOf(blue.taskDefinition, world) : undefined;
  const at = world.now().toISOString();
  return openedState('check', at, {
    type: 'RolloutOpened',
    service: spec.service,
    image: pinned,
    requestedBy: '',
    executionArn: '',
    traceId: '',
    spec,
    specVersion: version,
    blue: roles.blue,
    green: roles.green,
    blueTaskDefinition: blue.taskDefinition,
    greenBase: newest ?? blue.taskDefinition,
    blueCount: blue.desired,
    blueDigest: digests.length === 1 ? digests[0] : undefined,
    restorePlan: routings,
  });
}

async function pin(spec: RolloutSpec, wanted: string | undefined, { registry }: CheckWorld): Promise<PinnedImage> {
  if (wanted === undefined) throw new Refusal('Blue runs no task, so name an image to check with --image.');
  const found = await registry.find(spec.image, wanted);
  if (found === undefined) throw new Refusal(`There is no image ${wanted} in ${spec.image.repository}.`);
  const tag = wanted.startsWith('sha256:') ? found.tags[0] : wanted;
  return { repositoryUri: found.repositoryUri, digest: found.digest, ...(tag !== undefined && { tag }) };
}

/** The newest revision of a task definition's family, which green would get. */
async function newestOf(arn: string, { runtime }: CheckWorld): Promise<string | undefined> {
  const serving = await runtime.taskDefinition(arn);
  return serving && (await runtime.taskDefinition(serving.family))?.arn;
}
