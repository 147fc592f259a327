import * as z from 'zod';
import type { Executions } from '../../ports/executions.ts';
import { ConcurrentRelease, type StoredRelease } from '../../ports/releases.ts';
import type { Part } from '../../ports/world.ts';
import { decideRelease } from '../../releases/decide-release.ts';
import type { ReleaseOutcome, ReleaseState } from '../../releases/release-state.ts';
import { doDuties } from './do-duties.ts';
import { executionNameIn } from './execution-names.ts';
import { knownRelease } from './known-release.ts';
import { observeMembers } from './observe-members.ts';
import { publishRelease } from './publish-release.ts';
import { releaseText } from '../../releases/release-text.ts';

export const stepReleaseInput = z.object({
  releaseId: z.string().min(1),
  executionArn: z.string(),
  /** Evaluations of this execution before this one. */
  turns: z.number(),
});

type Needs = Part<
  'store' | 'releases' | 'executions' | 'rollbacks' | 'router' | 'runtime' | 'announcer' | 'installation' | 'now'
> & {
  readonly releaseExecutions: Pick<Executions, 'arnOf' | 'isRunning'>;
};

/** `waiting`: this is called again after so many seconds. `renew`: in another execution. `joined`: another one goes on with it. */
export interface StepReleaseOutput {
  readonly releaseId: string;
  readonly outcome: 'waiting' | 'renew' | 'joined' | ReleaseOutcome;
  readonly waitSeconds: number;
  readonly turns: number;
  readonly reason: string;
}

/** Seconds between two evaluations: fewer while members go back. */
const pause = { forward: 10, back: 5 } as const;
/** An execution may have 25,000 events; an evaluation takes eleven of them, and more where it is tried again. */
const mostTurns = 1000;

/**
 * State `StepRelease`: looks at the members, decides what happens next, records it, then does it. What is to be done follows from the
 * record, under names that are used once, so that a call that died half-way is made up for by the next one.
 */
export async function stepRelease(input: z.output<typeof stepReleaseInput>, world: Needs): Promise<StepReleaseOutput> {
  const { releaseId } = input;
  const answer = (outcome: StepReleaseOutput['outcome'], state: ReleaseState, waitSeconds = 0): StepReleaseOutput => ({
    ...{ releaseId, outcome, waitSeconds, turns: input.turns + 1 },
    reason: releaseText(state),
  });
  const known = await knownRelease(releaseId, world);
  if (known.state.outcome !== undefined) {
    await publishRelease(known, world);
    return answer(known.state.outcome, known.state);
  }
  if (await goesOnElsewhere(known.state, input, world)) return answer('joined', known.state);
  const stored = await stepped(known, input.executionArn, world);
  if (stored === undefined) return answer('waiting', known.state, 1);
  await publishRelease(stored, world);
  const { state } = stored;
  if (state.outcome !== undefined) return answer(state.outcome, state);
  if (input.turns + 1 >= mostTurns) return answer('renew', state);
  return answer('waiting', state, state.failure === undefined ? pause.forward : pause.back);
}

async function goesOnElsewhere(
  { executionArn }: ReleaseState,
  input: z.output<typeof stepReleaseInput>,
  { releaseExecutions }: Needs,
): Promise<boolean> {
  if (executionArn === input.executionArn) return false;
  return releaseExecutions.isRunning(releaseExecutions.arnOf(executionNameIn(executionArn)));
}

/** Returns the release after one evaluation; `undefined` where another writer was first. */
async function stepped(from: StoredRelease, executionArn: string, world: Needs): Promise<StoredRelease | undefined> {
  const { seen, failures } = await observeMembers(from.state, world);
  const taken = from.state.executionArn === executionArn ? [] : [{ type: 'ReleaseContinued', executionArn } as const];
  const events = [...taken, ...decideRelease(from.state, seen, world.now())];
  let next = from;
  if (events.length > 0) {
    try {
      next = await world.releases.append(from, events, world.now().toISOString());
    } catch (error) {
      if (error instanceof ConcurrentRelease) return undefined;
      throw error;
    }
  }
  const undone = await doDuties(next.state, seen, world);
  // The machine calls again, and sooner than after a pause.
  const failed = [...failures, ...undone];
  if (failed.length > 0) throw new NotAllMembers(`Release ${from.state.releaseId}: ${failed.join('; ')}`);
  return next;
}

/** Thrown after every member had its turn, where one could not be looked at or told. */
class NotAllMembers extends Error {
  override readonly name = 'NotAllMembers';
}
