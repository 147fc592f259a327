import { factsOfCaller, recognize, type Calling } from '../../approval/judge-caller.ts';
import { trustedKeysOf } from '../../checks/attested.ts';
import { type RolloutStore, StaleWrite } from '../../ports/rollout-store.ts';
import { deciderOf } from '../../rollout/decider.ts';
import { withCalendarDays } from '../../specification/calendar-days.ts';
import { formatFinding } from '../../specification/finding.ts';
import { lintParsed } from '../../specification/lint.ts';
import { parseSpec } from '../../specification/parse.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { againWhenConcurrent } from '../ownership/again-when-stale.ts';
import { holderText, type HoldersNeeds, type SharedPlace, sharedPlaces } from '../ownership/other-holders.ts';
import { changesApprovals, proposeSpec } from './propose-spec.ts';
import { isSame } from './same-spec.ts';
import type { Part } from '../../ports/world.ts';
import type { ApplyRequest, CommandAnswer } from './command-request.ts';
import { messageOf } from '../../specification/text/message-of.ts';

interface ApplyNeeds extends Part<'now'> {
  readonly store: HoldersNeeds & Pick<RolloutStore, 'spec' | 'putSpec' | 'specProposal' | 'putSpecProposal'>;
}

/** Specs of several services that a pipeline applies at once meet each other this often at most. */
const mostTries = 10;

/** Checks a spec and makes it the one that rollouts use; the same spec again changes nothing. One that changes who approves waits for them. */
export async function applySpec(
  { spec: text, calendarDays = {} }: ApplyRequest,
  calling: Calling,
  { store, now }: ApplyNeeds,
): Promise<CommandAnswer> {
  const parsed = parseSpec(text, 'spec');
  const wrong = lintParsed(parsed, 'spec').filter(({ severity }) => severity === 'error');
  if (!parsed.ok || wrong.length > 0) {
    const findings = parsed.ok ? wrong : parsed.findings;
    return {
      outcome: 'refused',
      reason: `The stack does not take this spec: ${findings.slice(0, 5).map(formatFinding).join('; ')}`,
    };
  }
  const spec = withCalendarDays(parsed.spec, calendarDays);
  if (spec === undefined) {
    return { outcome: 'refused', reason: 'The days of its calendar files are not those that the spec names.' };
  }
  const unusable = whyKeysAreUnusable(spec);
  if (unusable !== undefined) return { outcome: 'refused', reason: `The stack does not take this spec: ${unusable}.` };
  try {
    return await againWhenConcurrent(mostTries, () => putInForce(spec, calling, { store, now }));
  } catch (error) {
    if (error instanceof StaleWrite) return { outcome: 'refused', reason: error.message };
    throw error;
  }
}

/**
 * Makes a spec that can be read the one in force, or proposes it.
 * @throws StaleWrite where another person wrote at the same moment
 */
async function putInForce(spec: RolloutSpec, calling: Calling, { store, now }: ApplyNeeds): Promise<CommandAnswer> {
  const current = await store.spec(spec.service);
  const { by, how } = recognize((current?.spec ?? spec).approvals, calling);
  if (current !== undefined && isSame(current.spec, spec)) {
    return { outcome: 'done', by, version: current.version, changed: false };
  }
  const {
    revision: amid,
    shared: [shared],
  } = await sharedPlaces(spec, store);
  if (shared !== undefined) return { outcome: 'refused', reason: sharedText(shared) };
  if (current !== undefined && changesApprovals(current.spec, spec)) {
    return proposeSpec(spec, current, calling, amid, { store, now });
  }
  const appliedBy = deciderOf(by, how, factsOfCaller(calling.caller));
  const { version } = await store.putSpec(spec, appliedBy, now().toISOString(), current?.version ?? 0, amid);
  return { outcome: 'done', by, version, changed: true };
}

function sharedText(shared: SharedPlace): string {
  const { who, ends } = holderText(shared);
  return `${who} names ${shared.what}, which belongs to one service alone. Correct this spec, or first ${ends}.`;
}

/** A key of the right form may still be no point on the curve: then every rollout would be held up. */
function whyKeysAreUnusable({ checks }: RolloutSpec): string | undefined {
  try {
    if (checks?.attested !== undefined) trustedKeysOf(checks.attested);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
