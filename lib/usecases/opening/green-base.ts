import { Refusal } from '../../rollout/refusal.ts';
import type { SlotRuntime, TaskDefinitionFacts } from '../../drivers/slot-runtime.ts';
import { configurationDifference, otherSettings } from '../../rollout/configuration-change.ts';
import type { ConfigurationDifference } from '../../rollout/configuration-difference.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';

/** What green's task definition will be a copy of, and what that changes besides the image. */
export interface GreenBase {
  readonly arn: string;
  readonly difference: ConfigurationDifference;
}

/** A spec that was applied before this field was there says nothing of it. */
type Asking = Pick<RolloutSpec, 'container'> & Partial<Pick<RolloutSpec, 'taskDefinition'>>;
type Reader = Pick<SlotRuntime, 'taskDefinition'>;

/**
 * The base of green's task definition, as the spec says.
 * @param named the task definition of the request
 * @throws Refusal where it is missing, of another family, or without the container
 */
export async function greenBase(
  { taskDefinition: way = 'blue', container }: Asking,
  blueTaskDefinition: string,
  named: string | undefined,
  runtime: Reader,
): Promise<GreenBase> {
  if (named !== undefined && way !== 'from-event') {
    throw new Refusal(
      `The request names task definition ${named}, but the spec says \`taskDefinition: ${way}\`; leave it out, or write from-event.`,
    );
  }
  if (way === 'blue') return { arn: blueTaskDefinition, difference: { changes: [], more: 0 } };
  if (way === 'from-event' && named === undefined) {
    throw new Refusal(
      'The spec says `taskDefinition: from-event`, but the request names none; add "taskDefinition" with an ARN.',
    );
  }
  // Infrastructure code that replaces a revision deregisters the one that still serves.
  const blue = await runtime.taskDefinition(blueTaskDefinition);
  if (blue === undefined) throw new Refusal(`ECS knows no task definition ${blueTaskDefinition}, which blue runs.`);
  const base =
    named === undefined ? await latestOf(blue.family, runtime) : await active(named, 'named by the request', runtime);
  if (base.family !== blue.family) {
    throw new Refusal(
      `Task definition ${base.arn} is of family ${base.family}, but blue runs ${blue.family}; name a revision of that.`,
    );
  }
  const settings = containerOf(base, container);
  if (settings === undefined) {
    throw new Refusal(
      `Task definition ${base.arn} has no container ${container} (it has ${Object.keys(base.containers).join(', ')}); correct \`container\` in the spec, or register one that has it.`,
    );
  }
  const nothing = { environment: {}, secrets: {} };
  const before = { ...(containerOf(blue, container) ?? nothing), definition: otherSettings(blue.settings, container) };
  const after = { ...settings, definition: otherSettings(base.settings, container) };
  return { arn: base.arn, difference: configurationDifference(before, after) };
}

function containerOf({ containers }: TaskDefinitionFacts, name: string) {
  return Object.hasOwn(containers, name) ? containers[name] : undefined;
}

async function active(reference: string, whose: string, runtime: Reader): Promise<TaskDefinitionFacts> {
  const found = await runtime.taskDefinition(reference);
  if (found?.active !== true) throw new Refusal(`ECS knows no active task definition ${reference} (${whose}).`);
  return found;
}

/** The newest revision that infrastructure code registered: those that rollouts made lie above it. */
async function latestOf(family: string, runtime: Reader): Promise<TaskDefinitionFacts> {
  const newest = await active(family, 'the family of blue', runtime);
  if (newest.infrastructure === undefined) return newest;
  const infrastructure = await runtime.taskDefinition(newest.infrastructure);
  return infrastructure?.active === true ? infrastructure : newest;
}
