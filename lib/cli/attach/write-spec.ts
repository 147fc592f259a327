import { hooksForRollouts, type Hindrance, isAttachedTo, pauseMinutes } from '../../drivers/attachment.ts';
import type { DeploymentHook, DeploymentSettings } from '../../drivers/deployment-settings.ts';
import { formatFinding } from '../../specification/finding.ts';
import { parseSpec } from '../../specification/parse.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { CliFailure, type CliContext, type Stack } from '../cli-context.ts';
import { writtenSpec } from '../init/written-spec.ts';
import { whyUnreadable } from '../spec-files.ts';
import type { FoundAttachment } from './found-attachment.ts';

/** Shorter bakes end before the first datapoints of a step have settled. */
const shortestBakeMinutes = 5;
const defaultBakeMinutes = 20;

/** The spec of a service that is to be attached, in a file. */
export interface SpecFile {
  readonly file: string;
  readonly spec: RolloutSpec;
  /** Absent where the file is there already. */
  readonly text?: string;
  readonly notes: readonly string[];
}

interface Wishes {
  readonly name: string | undefined;
  readonly repository: string | undefined;
  readonly file: string | undefined;
}

/**
 * Returns the spec that attaches a service: the one in its file, or the one to write there.
 * @throws CliFailure where the file has another spec, or another service of the stage has the name
 */
export async function specToAttach(
  found: FoundAttachment,
  wishes: Wishes,
  { store }: Pick<Stack, 'store'>,
  context: CliContext,
): Promise<SpecFile> {
  const { weights, settings } = found;
  const bake = bakeOf(settings);
  const fields = { driver: 'ecs-native', steps: weights.map((weight) => ({ weight, bake })) };
  const { service, text, notes } = writtenSpec(found.service, { ...wishes, verb: 'attach', fields });
  const file = wishes.file ?? `rollouts/${service}.yml`;
  const present = await textIn(file, context);
  const parsed = parseSpec(present ?? text, file);
  if (!parsed.ok) {
    for (const finding of parsed.findings) context.err(formatFinding(finding));
    throw new CliFailure(
      present === undefined
        ? 'What was found makes no spec; nothing was written. Correct what is reported above, or say it with an option.'
        : `${file} is there already and is no good spec; nothing was written. Correct it, or name another file with --spec.`,
    );
  }
  const { spec } = parsed;
  const [{ service: ecsService }] = found.service.slots;
  if (!isAttachedTo(spec, { cluster: found.service.cluster, service: ecsService }))
    throw new CliFailure(
      `${file} is there already, and its spec is not of ECS service ${ecsService} with driver: ecs-native; nothing was written. Name another file with --spec.`,
    );
  if ((await store.spec(spec.service)) !== undefined && present === undefined)
    throw new CliFailure(
      `Service ${spec.service} has a spec in this stage, for other ECS services; nothing was written. Say another name with --name.`,
    );
  return { file, spec, notes, ...(present === undefined && { text }) };
}

/** ECS's own bake, where Sluice can judge in it; what ECS waits and what Sluice waits goes on at the same time. */
function bakeOf({ stepBakeMinutes }: DeploymentSettings): string {
  return `${stepBakeMinutes >= shortestBakeMinutes ? stepBakeMinutes : defaultBakeMinutes}m`;
}

async function textIn(file: string, { readFile }: CliContext): Promise<string | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    const why = whyUnreadable(error);
    if (why === 'there is no such file') return undefined;
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}); nothing was written. Name another file with --spec.`);
  }
}

/**
 * Returns the hooks that rollouts of a spec need on a service.
 * @throws CliFailure where ECS cannot have them, with what to change
 */
export function hooksOf(
  spec: RolloutSpec,
  { hooks }: DeploymentSettings,
): { readonly minutes: number; readonly before: readonly DeploymentHook[]; readonly after: readonly DeploymentHook[] } {
  const minutes = pauseMinutes(spec);
  if (typeof minutes !== 'number') throw unfit(spec, minutes);
  const after = hooksForRollouts(hooks, minutes);
  if ('found' in after) throw unfit(spec, after);
  return { minutes, before: hooks, after };
}

function unfit({ service }: RolloutSpec, { found, fix }: Hindrance): CliFailure {
  return new CliFailure(
    `${service} cannot be attached; nothing was written: ${found}; expected ${fix}. Change that, then run sluice attach again.`,
  );
}
