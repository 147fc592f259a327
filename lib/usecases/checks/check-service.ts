import { attested } from '../../checks/attested.ts';
import type { Check, CheckWorld } from '../../checks/check.ts';
import { imageTag } from '../../checks/image-tag.ts';
import { preCheckNamed, preCheckNamesOf } from '../../checks/pre-checks.ts';
import { runCheck } from '../../checks/run-check.ts';
import { specCheckNames, specChecks } from '../../checks/spec-checks.ts';
import { waiverOf } from '../../checks/waived.ts';
import { driverOf } from '../../drivers/registry.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import type { CheckResult, PinnedImage } from '../../rollout/event-shapes.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { openedState, type RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { familyOf, readAhead, readsOfCommand } from './reads-ahead.ts';

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
 * Runs the checks of a service without a rollout, all at once; changes nothing. What depends on the spec alone is read ahead, and only
 * checks that name the tag of the image wait until it is known: the answer takes as long as the longest row of reads.
 * @throws Refusal where it is not clear what serves, or there is no such image
 */
export async function checkService(
  applied: StoredSpec,
  { image, all = false }: Asked,
  world: CheckWorld,
): Promise<readonly CheckedResult[]> {
  const { spec } = applied;
  const shared = readsOfCommand(world);
  const checks = checksOf(spec, all);
  readAhead(
    spec,
    checks.map(({ check }) => check),
    shared,
  );
  const { state, pinned } = await stateAsIs(applied, image, shared);
  const [known, results] = await Promise.all([
    pinned,
    Promise.all(
      checks.map(async ({ check, severity }) => {
        const found = await runCheck(check, namesTag.has(check.name) ? await pinned : state, shared, { severity });
        return { ...found, severity };
      }),
    ),
  ]);
  return results.map((result) => withWaiver(result, known, world.now()));
}

/** Checks that name the tag of the image, besides its digest. */
const namesTag: ReadonlySet<string> = new Set([imageTag.name, attested.name]);

/** Whether a result would reject or delay a rollout. */
export function wouldHoldUp({ passed, severity, waived }: CheckedResult): boolean {
  return !passed && severity === 'block' && waived === undefined;
}

/** A check without its waiver: that may name the tag of the image, which is known last. */
function checksOf(
  spec: RolloutSpec,
  all: boolean,
): readonly (Pick<CheckedResult, 'severity'> & { readonly check: Check })[] {
  const always = preCheckNamesOf(spec).map((name) => ({ check: preCheckNamed(name), severity: 'block' as const }));
  const { checks = {} } = spec;
  const ofSpec = specCheckNames.flatMap((name) => {
    const settings = checks[name];
    if (settings !== undefined) return [{ check: specChecks[name], severity: settings.severity }];
    return all ? [{ check: specChecks[name], severity: 'warn' as const }] : [];
  });
  const isOn = ({ check }: { readonly check: Check }) => Object.hasOwn(checks, check.name);
  return [...always, ...ofSpec.filter(isOn), ...ofSpec.filter((one) => !isOn(one))];
}

function withWaiver(result: CheckedResult, pinned: Pick<RolloutState, 'spec' | 'image'>, now: Date): CheckedResult {
  const waiver = result.passed ? undefined : waiverOf(result.name, pinned, now);
  if (waiver === undefined) return result;
  const { by, reason, until } = waiver;
  return { ...result, waived: { by, reason, until } };
}

/** The state that a rollout of this image would have now, right after it was opened. */
interface StateAsIs {
  /** Its image has a digest, and nothing else yet. */
  readonly state: RolloutState;
  /** The same with the image as its repository has it. */
  readonly pinned: Promise<RolloutState>;
}

async function stateAsIs(
  { spec, version }: StoredSpec,
  image: string | undefined,
  world: CheckWorld,
): Promise<StateAsIs> {
  const { router, runtime, registry } = world;
  // Begun while it is found out what serves; its error counts where it is asked for.
  if (image !== undefined) registry.find(spec.image, image).catch(() => undefined);
  const routings = await router.read(trafficOf(spec));
  const roles = driverOf(spec).rolesOf(spec, routings);
  if (roles.outcome === 'unclear') throw new Refusal(`It is not clear which slot serves: ${roles.reason}.`);
  const workload = workloadOf(spec, roles.blue);
  const blue = await runtime.describe(workload);
  if (blue === undefined) throw new Refusal(`ECS has no service ${workload.service} in cluster ${workload.cluster}.`);
  const [digests, newest] = await Promise.all([
    runtime.runningDigests(workload, spec.container),
    spec.taskDefinition === 'latest-of-family' ? newestOf(blue.taskDefinition, world) : undefined,
  ]);
  const pinning = pin(spec, image ?? digests[0], world);
  const digest = image === undefined ? digests[0] : undefined;
  const known = digest === undefined ? await pinning : { repositoryUri: '', digest };
  const at = world.now().toISOString();
  const state = openedState('check', at, {
    type: 'RolloutOpened',
    service: spec.service,
    image: known,
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
  return { state, pinned: pinning.then((found) => ({ ...state, image: found })) };
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
  const family = familyOf(arn);
  return family === undefined ? undefined : (await runtime.taskDefinition(family))?.arn;
}
