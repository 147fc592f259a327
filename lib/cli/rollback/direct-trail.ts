import type { DirectUse } from '../../approval/judge-direct-use.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import { knownDefinitionOf } from '../../rollout/events.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { CliContext, StackOptions } from '../cli-context.ts';

/** Writes that are no further apart are one use: rules are written together, and looked at again after 16 s. */
const togetherMilliseconds = 60_000;
/** A rollout that has ended is watched for so long; what was written later is of the next one. */
const afterEndMilliseconds = 15 * 60_000;

/** Returns the uses that CloudTrail tells of the rules of a rollout, the oldest first, with the rights of the caller. */
export async function usesInTrail(
  state: RolloutState,
  options: StackOptions,
  store: Pick<RolloutStore, 'events'>,
  { account, now }: Pick<CliContext, 'account' | 'now'>,
): Promise<readonly DirectUse[]> {
  const since = new Date(state.openedAt);
  const events = await store.events(state.rolloutId, 0);
  const ended = events.find(({ event }) => knownDefinitionOf(event)?.endsRollout === true)?.at;
  const last = ended === undefined ? Number.POSITIVE_INFINITY : Date.parse(ended) + afterEndMilliseconds;
  const until = new Date(Math.min(now().getTime(), last));
  const arns = state.restorePlan.map(({ arn }) => arn);
  const writes = await (await account(options)).directWrites({ arns, since, until, own: `sluice-${options.stage}-` });
  const uses: { at: string; actor: string; source: 'cloudtrail'; rules: { arn: string }[] }[] = [];
  for (const { at, principal, arn } of writes) {
    const open = uses.find(
      (use) => use.actor === principal && Date.parse(at) - Date.parse(use.at) <= togetherMilliseconds,
    );
    if (open === undefined) uses.push({ at, actor: principal, source: 'cloudtrail', rules: [{ arn }] });
    else if (open.rules.every((rule) => rule.arn !== arn)) open.rules.push({ arn });
  }
  return uses;
}
