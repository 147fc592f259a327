import { layoutOf, trafficOf } from '../../drivers/shapes/layout-of.ts';
import type { ServiceRecord } from '../../ports/rollout-store.ts';
import type { Stack } from '../cli-context.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/**
 * Returns why a stack is not to be removed now, a line for each service; none where it may be. Without the stack nobody moves the traffic
 * of a rollout that is under way, and nothing keeps a former version alive that a rule still sends users to.
 * What could not be found out is a reason, too.
 */
export async function whyNotRemove(
  { store, slots }: Pick<Stack, 'store' | 'slots'>,
  stage: string,
): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const service of await store.services()) {
    const record = await store.service(service);
    if (record.lockedBy !== undefined) {
      reasons.push(
        `${service}: rollout ${record.lockedBy} is under way. Wait for its end, or: sluice rollback ${service} --stage ${stage} --reason "the stack is removed" --wait`,
      );
      continue;
    }
    const reason = await servedByKept(service, record, stage, { store, slots });
    if (reason !== undefined) reasons.push(`${service}: ${reason}`);
  }
  return reasons;
}

/** Why the former version of a service, which Sluice keeps for a return, must not lose it. */
async function servedByKept(
  service: string,
  { retention }: ServiceRecord,
  stage: string,
  { store, slots }: Pick<Stack, 'store' | 'slots'>,
): Promise<string | undefined> {
  const applied = await store.spec(service);
  if (retention === undefined || applied === undefined) return undefined;
  const groups = layoutOf(applied.spec).groupsOf(retention.slot);
  try {
    const { router } = await slots();
    for (const routing of await router.find(trafficOf(applied.spec))) {
      const weight = groups.reduce((sum, group) => sum + (routing?.weights[group] ?? 0), 0);
      if (routing === undefined || weight === 0) continue;
      return `${routing.arn} gives traffic to slot ${retention.slot}, whose version only Sluice keeps, until ${retention.keptUntil}. Move that traffic to the version that serves, or make it the version that serves: sluice rollback ${service} --stage ${stage} --reason "..."`;
    }
    return undefined;
  } catch (error) {
    const why = messageOf(error);
    return `whether a rule gives traffic to the version that Sluice keeps in slot ${retention.slot} could not be read (${why}). Try again once it can be.`;
  }
}
