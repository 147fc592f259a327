import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import { type OwningTemplate, TemplateUnclear } from '../../ports/rule-templates.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { record } from '../ownership/owned-rollout.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** For so long a former blue is kept only because it could not be found out what a template would do. */
const unclearHours = 24;

/**
 * Whether the former blue has to keep its tasks, as the template that owns one of its rules would send traffic back to it at the next
 * update: without tasks there would be nobody to answer. It is recorded with the template, and again where the kind of hold changes.
 * What cannot be found out keeps them for a day, then no longer: the check of live weights finds a reset within five minutes. After a
 * template was found that sends traffic back, what cannot be found out changes nothing: only a readable template ends that hold.
 */
export async function heldByTemplate(
  stored: StoredRollout,
  world: Part<'templates' | 'store' | 'now'>,
): Promise<boolean> {
  const { spec, blue } = stored.state;
  const groups = layoutOf(spec).groupsOf(blue);
  const unclear: string[] = [];
  for (const target of trafficOf(spec)) {
    const arn = 'rule' in target ? target.rule : target.listener;
    const found = await ownerOf(arn, world);
    if (typeof found === 'string') unclear.push(found);
    else if (found !== undefined && givesTraffic(found, groups)) {
      const before = await newestHold(stored, world);
      if (before !== undefined && before.until === undefined) return true;
      const reason = `stack ${found.stack} sends traffic back to it at the next update that touches ${found.resource}`;
      await record(world, stored, { type: 'RetirementHeld', reason, target: arn });
      return true;
    }
  }
  const [reason] = unclear;
  if (reason === undefined) return false;
  const before = await newestHold(stored, world);
  if (before !== undefined) return before.until === undefined || world.now().getTime() < Date.parse(before.until);
  const until = new Date(world.now().getTime() + unclearHours * 3_600_000).toISOString();
  await record(world, stored, { type: 'RetirementHeld', reason, until });
  return true;
}

/** The hold that was recorded last: with `until` it is unclear what the template does, without it is known. */
async function newestHold(
  { state: { rolloutId, happened } }: StoredRollout,
  { store }: Part<'store'>,
): Promise<{ readonly until?: string | undefined } | undefined> {
  if (happened?.RetirementHeld === undefined) return undefined;
  const events = await store.events(rolloutId, 0);
  return events.flatMap(({ event }) => (event.type === 'RetirementHeld' ? [event] : [])).at(-1);
}

/** The owner, or a text that says why it cannot be told. */
async function ownerOf(arn: string, { templates }: Part<'templates'>): Promise<OwningTemplate | undefined | string> {
  try {
    return await templates.owning(arn);
  } catch (error) {
    // A mistake of the program is none of what could not be found out.
    if (error instanceof TypeError) throw error;
    if (error instanceof TemplateUnclear) return `it cannot be told what the template would do (${error.message})`;
    const why = messageOf(error);
    return `it cannot be found out which template owns ${arn} (${why})`;
  }
}

function givesTraffic({ weights }: OwningTemplate, groups: readonly string[]): boolean {
  return weights !== 'elsewhere' && groups.some((group) => (weights[group] ?? 0) > 0);
}
