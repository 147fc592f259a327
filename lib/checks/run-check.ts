import { within } from './within.ts';
import { plain } from '../messages/plain.ts';
import { Refusal } from '../rollout/refusal.ts';
import type { CheckResult } from '../rollout/event-shapes.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Waiver } from '../specification/check-waiver.ts';
import type { Check, CheckWorld, Observation } from './check.ts';

/** How long one check may take, in milliseconds: a dependency that hangs costs its own check, and no other one. */
const checkMilliseconds = 5_000;

const longestSentence = 600;

export interface CheckRun {
  /** Whether what does not pass holds up a rollout. */
  readonly severity: 'block' | 'warn';
  readonly waiver?: Waiver | undefined;
  readonly withinMilliseconds?: number | undefined;
}

/** Runs one check within its time. Whatever keeps it from an answer makes it `unknown`. */
export async function runCheck(
  check: Check,
  state: RolloutState,
  world: CheckWorld,
  { severity, waiver, withinMilliseconds = check.withinMilliseconds ?? checkMilliseconds }: CheckRun,
): Promise<CheckResult> {
  const { name, expected, page } = check;
  const started = world.now().getTime();
  const found = await within(withinMilliseconds, () => check.observe(state, world)).catch((error: unknown) => ({
    unknown: whyUnknown(error, page.rights),
  }));
  const milliseconds = world.now().getTime() - started;
  const result = 'unknown' in found ? 'unknown' : outcomeOf(found, severity);
  const passed = result === 'passed' || result === 'skipped';
  return {
    name,
    passed,
    result,
    saw: plain('unknown' in found ? found.unknown : found.saw, longestSentence),
    expected,
    milliseconds,
    ...(!passed && { fix: page.fix }),
    ...(!passed && waiver !== undefined && { waived: { by: waiver.by, reason: waiver.reason, until: waiver.until } }),
  };
}

function outcomeOf({ passed, skipped = false }: Observation, severity: CheckRun['severity']) {
  if (skipped) return 'skipped';
  if (passed) return 'passed';
  return severity === 'warn' ? 'warned' : 'failed';
}

/** IAM's own words say which action is missing; where they do not, the rights of the check are named. */
function whyUnknown(error: unknown, rights: readonly string[]): string {
  if (!(error instanceof Error)) return `could not find out: ${String(error)}`;
  if (error instanceof Refusal || !isDenied(error) || rights.length === 0)
    return `could not find out: ${error.message}`;
  const action = /not authorized to perform: ([\w-]+:\w+)/.exec(error.message)?.[1];
  return `could not find out: the right ${action ?? rights.join(', ')} is missing (${error.name})`;
}

function isDenied({ name }: Error): boolean {
  return /^(?:AccessDenied|UnauthorizedOperation|AccessDeniedException|NotAuthorized|AuthorizationError)/.test(name);
}
