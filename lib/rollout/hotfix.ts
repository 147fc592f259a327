import type { RolloutFacts } from './rollout-facts.ts';
import { unsafeLines } from './task-runs.ts';

/** How a rollout may be started that goes another way than its spec says for any other one. */
export const startPresets = ['hotfix'] as const;
export type StartPreset = (typeof startPresets)[number];

type Approved = Pick<RolloutFacts, 'preset' | 'approval' | 'brokenGlass' | 'calendarOverride'>;

/**
 * Returns since when a rollout goes on in spite of windows, freezes and stops, by a person; `undefined` where nobody said so. A second
 * person who approves a hotfix has said so of what was closed when the approval was asked for: stops that begin later count, as the one
 * who approves has not read of them. One who approved alone has not.
 */
export function overriddenAt({ preset, approval, brokenGlass, calendarOverride }: Approved): string | undefined {
  const approvedAt = preset === 'hotfix' && brokenGlass === undefined ? approvedStopsUntil(approval) : undefined;
  return [approvedAt, calendarOverride?.at]
    .filter((at) => at !== undefined)
    .toSorted()
    .at(-1);
}

/** Approvals that were given before people were asked count from when they were enough. */
function approvedStopsUntil(approval: Approved['approval']): string | undefined {
  return approval?.grantedAt === undefined ? undefined : (approval.requestedAt ?? approval.grantedAt);
}

/** Returns the lines by which people who approve a hotfix learn what that means; none of any other rollout. */
export function hotfixLines({
  preset,
  closedThen,
  spec,
}: Pick<RolloutFacts, 'preset' | 'closedThen' | 'spec'>): readonly string[] {
  if (preset !== 'hotfix') return [];
  const weights = spec.steps.map(({ weight }) => `${String(weight)} %`).join(', ');
  const closed = closedThen === undefined ? '' : ` When it opened: ${closedThen}.`;
  return [
    `This is a hotfix: its steps are ${weights}. Once it is approved, windows, freezes and stops that were in force when the approval was asked for do not hold it.${closed}`,
  ];
}

/** Returns the lines of a message that asks for an approval: what is special about this rollout. */
export function approvalLines(state: RolloutFacts): readonly string[] {
  return [...hotfixLines(state), ...unsafeLines(state)];
}
