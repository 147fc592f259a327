import type { RolloutState } from '../rollout/state.ts';
import { isActive } from '../rollout/phase.ts';
import { untaken } from '../rollout/matters.ts';
import { type Command, judgeCommand } from './judge-command.ts';

/** What a button lets somebody do to a rollout. */
export type OfferedAction = 'approve' | 'reject' | Exclude<Command, 'override'> | 'take';

/** One thing that can be done to a rollout as it stands, and the state of affairs for which it was offered. */
export interface Offer {
  readonly action: OfferedAction;
  /** Changes with each step and each command: an offer of before is void. */
  readonly point: string;
}

const commands = ['retry', 'resume', 'promote', 'promoteFully', 'pause', 'abort'] as const;

/** What somebody could do to a rollout right now, in the order in which buttons stand. */
export function offersOf(state: RolloutState): readonly Offer[] {
  const { phase, step, matters = [], spec, askedTask } = state;
  const somebody = { by: 'somebody', how: 'slack', reason: 'some reason' } as const;
  const isLast = step === spec.steps.length - 1;
  const possible = commands.filter(
    (command) =>
      !(command === 'promoteFully' && (isLast || askedTask !== undefined)) &&
      !(command === 'retry' && !isActive(state)) &&
      judgeCommand(state, command, somebody).outcome === 'counts',
  );
  const actions: readonly OfferedAction[] = [
    ...(phase === 'awaitingApproval' ? (['approve', 'reject'] as const) : []),
    ...possible,
    ...(untaken(matters).length > 0 ? (['take'] as const) : []),
  ];
  return actions.map((action) => ({ action, point: pointOf(action, state) }));
}

/** There is one approval a rollout; to go on is about what was said before, to skip a step about the step, too. */
function pointOf(action: OfferedAction, { step, commands: given = 0, askedTask }: RolloutState): string {
  if (action === 'approve' || action === 'reject') return 'approval';
  if (askedTask !== undefined && (action === 'retry' || action === 'promote'))
    return `task-${askedTask.number}.command-${given}`;
  return action === 'resume' ? `command-${given}` : `step-${step}.command-${given}`;
}

/** What only makes a rollout safer means the same in any state of it. */
const alwaysMeant: ReadonlySet<OfferedAction> = new Set<OfferedAction>(['pause', 'abort', 'take', 'reject']);

/**
 * Whether an offer still means what it meant when it was made. What lets more traffic in counts only in the state for which it
 * was shown: who clicks late must not skip a step, or approve a state of affairs, that they have not seen.
 */
export function isCurrent({ action, point }: Offer, state: RolloutState): boolean {
  return alwaysMeant.has(action) || offersOf(state).some((one) => one.action === action && one.point === point);
}
