import type { Part } from '../../ports/world.ts';
import { memberOf, type ReleaseMember, type ReleaseState } from '../../releases/release-state.ts';
import type { MayBegin } from '../../releases/seen-release.ts';
import { isNeedMet } from '../../releases/version-need.ts';
import { readCalendar } from '../calendar/read-calendar.ts';
import { servingDigest } from './serving-version.ts';
import { messageOf } from '../../specification/text/message-of.ts';

type Needs = Part<'store' | 'router' | 'runtime' | 'installation' | 'now'>;

/** Returns whether a member may begin: its calendar is open, nothing else runs, and what it needs really serves. */
export async function mayBegin(member: ReleaseMember, state: ReleaseState, world: Needs): Promise<MayBegin> {
  const { service, needs } = member;
  const applied = await world.store.spec(service);
  if (applied === undefined) return { outcome: 'no', reason: 'no spec is applied for it any more' };
  const look = await readCalendar(service, applied.spec, undefined, world);
  if (!look.open) {
    return { outcome: look.kind === 'unknown' ? 'unknown' : 'calendar', reason: look.reason };
  }
  const { lockedBy } = await world.store.service(service);
  if (lockedBy !== undefined) return { outcome: 'unknown', reason: `rollout ${lockedBy} of it runs` };
  for (const [name, need] of Object.entries(needs)) {
    const met = await isServed(memberOf(state, name), need, world);
    if (met.outcome !== 'yes') return met;
  }
  return { outcome: 'yes' };
}

/** Whether a member that others need serves the version that this release brought, by the live rules and tasks. */
async function isServed({ service, digest, tag }: ReleaseMember, need: string, world: Needs): Promise<MayBegin> {
  const applied = await world.store.spec(service);
  if (applied === undefined) return { outcome: 'no', reason: `no spec is applied for ${service} any more` };
  let serving: string;
  try {
    serving = await servingDigest(applied.spec, world);
  } catch (error) {
    const why = messageOf(error);
    return { outcome: 'unknown', reason: `it is not known whether ${service} ${need} serves: ${why}` };
  }
  if (serving !== digest) {
    return { outcome: 'no', reason: `it needs ${service} ${need}, and ${serving} serves, not ${tag ?? digest}` };
  }
  if (isNeedMet(need, tag) === 'met') return { outcome: 'yes' };
  return { outcome: 'no', reason: `it needs ${service} ${need}, and ${tag ?? digest} serves` };
}
