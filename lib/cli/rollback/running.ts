import type { StoredRollout } from '../../ports/rollout-store.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { CliFailure, type CliContext, type Stack } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { haveStopped } from '../have-done.ts';
import { followToEnd } from '../follow.ts';
import { rolloutJson, rolloutLines } from '../rollout-view.ts';
import type { ReturnOptions, ReturnRequest } from './return.ts';
import { jsonText } from '../json-text.ts';

/** Traffic is back within a second or two; beyond this something is wrong. */
const patienceMilliseconds = 60_000;
const pollMilliseconds = 250;

/** Starts the rollback machine for the rollout that runs, and waits until traffic is back on blue. */
export async function rollBackRunning(
  rolloutId: string,
  { service, reason, by, names }: ReturnRequest,
  options: ReturnOptions,
  stack: Stack,
  context: CliContext,
): Promise<void> {
  const running = await stack.store.load(rolloutId);
  if (running === undefined)
    throw new CliFailure(`Rollout ${rolloutId} holds the lock of ${service} but has no record.`);
  const { phase, weight, image, drill } = running.state;
  const what =
    drill === undefined
      ? `Rollout ${rolloutId} of ${image.tag ?? image.digest} (${phase}, green at ${weight} %) will be rolled back.`
      : `Rollout ${rolloutId} (${phase}, green at ${weight} %) is a drill of the ${drill} and will end. Both sides run ${image.tag ?? image.digest}: users stay on that version.`;
  await confirm(what, options.yes, context);

  const request = { command: 'abort', rollout: rolloutId, reason, ...names } as const;
  const directly = async () => {
    const started = await stack.startRollback(rolloutId, { by: `${by}, without the API`, reason });
    return { execution: started.executionArn, joined: started.joined };
  };
  const begun = await haveStopped(request, stack, context, directly).catch((error: unknown) =>
    joinedInstead(error, rolloutId, stack),
  );
  const { execution: executionArn = '', joined = false } = begun;
  context.err(joined ? `It is being rolled back already: ${executionArn}` : `Started ${executionArn}`);
  const restored = await untilRestored(rolloutId, service, stack, context);
  context.err(drill === undefined ? 'All traffic is on blue.' : endOfDrill(running.state, options.stage));
  const { state } = options.wait ? await followToEnd(restored, stack, context, options.timeout) : restored;
  if (options.json) context.out(jsonText({ ...rolloutJson(state), rollbackArn: executionArn, joined }));
  else for (const line of rolloutLines(state, context.now())) context.out(line);
  if (!options.wait) context.err(`Follow the rest with: sluice status ${rolloutId} --wait --stage ${options.stage}`);
}

/** What ends with a drill, and what does not. */
function endOfDrill({ service, rolloutId, image }: RolloutState, stage: string): string {
  return `All traffic is on blue, which runs ${image.tag ?? image.digest} as green did: only the drill ${rolloutId} has ended, and users stay on the same version. To bring an earlier one back once its lock is free: sluice rollback ${service} --to last-known-good --stage ${stage} --reason "..."`;
}

/** A rollback that runs already refuses a second one: the caller waits for that. */
async function joinedInstead(
  error: unknown,
  rolloutId: string,
  { store }: Stack,
): Promise<{ readonly execution: string; readonly joined: boolean }> {
  const stored = await store.load(rolloutId);
  if (stored?.state.phase !== 'rollingBack') throw error;
  return { execution: stored.claimedBy ?? 'it has not begun', joined: true };
}

async function untilRestored(
  rolloutId: string,
  service: string,
  { store }: Stack,
  { now, sleep }: CliContext,
): Promise<StoredRollout> {
  const until = now().getTime() + patienceMilliseconds;
  for (;;) {
    const stored = await store.load(rolloutId);
    const { phase, shifts = [] } = stored?.state ?? {};
    const isBack = phase === 'rolledBack' || (phase === 'rollingBack' && shifts.at(-1)?.weight === 0);
    if (stored !== undefined && isBack) return stored;
    if (phase === 'succeeded')
      throw new CliFailure(
        `${rolloutId} succeeded meanwhile. Run the same command again to return to the version before.`,
      );
    if (now().getTime() >= until) {
      throw new CliFailure(
        `Traffic is not back on blue after ${patienceMilliseconds / 1000} s. Put the rules back by hand: sluice rollback ${service} --direct`,
      );
    }
    await sleep(pollMilliseconds);
  }
}
