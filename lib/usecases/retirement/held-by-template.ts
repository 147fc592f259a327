import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import { type OwningTemplate, TemplateUnclear } from '../../ports/rule-templates.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { recordOnce } from '../ownership/owned-rollout.ts';

/** For so long a former blue is kept only because it could not be found out what a template would do. */
const unclearHours = 24;

/**
 * Whether the former blue has to keep its tasks, as the template that owns one of its rules would send traffic back to it at the next
 * update: without tasks there would be nobody to answer. It is recorded once, with the template.
 * What cannot be found out keeps them for a day, then no longer: the check of live weights finds a reset within five minutes.
 */
export async function heldByTemplate(
  stored: StoredRollout,
  world: Part<'templates' | 'store' | 'now'>,
): Promise<boolean> {
  const { spec, blue, happened } = stored.state;
  const groups = layoutOf(spec).groupsOf(blue);
  const unclear: string[] = [];
  for (const target of trafficOf(spec)) {
    const arn = 'rule' in target ? target.rule : target.listener;
    const found = await ownerOf(arn, world);
    if (typeof found === 'string') unclear.push(found);
    else if (found !== undefined && givesTraffic(found, groups)) {
      const reason = `stack ${found.stack} sends traffic back to it at the next update that touches ${found.resource}`;
      await recordOnce(world, stored, { type: 'RetirementHeld', reason, target: arn });
      return true;
    }
  }
  const [reason] = unclear;
  if (reason === undefined) return false;
  const since = happened?.RetirementHeld;
  const until = (since === undefined ? world.now().getTime() : Date.parse(since)) + unclearHours * 3_600_000;
  await recordOnce(world, stored, { type: 'RetirementHeld', reason, until: new Date(until).toISOString() });
  return world.now().getTime() < until;
}

/** The owner, or a text that says why it cannot be told. */
async function ownerOf(arn: string, { templates }: Part<'templates'>): Promise<OwningTemplate | undefined | string> {
  try {
    return await templates.owning(arn);
  } catch (error) {
    // A mistake of the program is none of what could not be found out.
    if (error instanceof TypeError) throw error;
    if (error instanceof TemplateUnclear) return `it cannot be told what the template would do (${error.message})`;
    const why = error instanceof Error ? error.message : String(error);
    return `it cannot be found out which template owns ${arn} (${why})`;
  }
}

function givesTraffic({ weights }: OwningTemplate, groups: readonly string[]): boolean {
  return weights !== 'elsewhere' && groups.some((group) => (weights[group] ?? 0) > 0);
}
