import type { DecisionAction } from '../approval/decision-actions.ts';
import { isApproved, neededApprovals, openApprovals, openText } from '../approval/needed-approvals.ts';
import type { Decision } from '../rollout/people-state.ts';
import { deciderOf } from '../rollout/decider.ts';
import { hotfixLines } from '../rollout/hotfix.ts';
import type { RolloutState } from '../rollout/state.ts';
import { sharedText, unsafeText } from '../rollout/task-runs.ts';
import type { Person } from '../specification/approvals.ts';
import { formatDuration } from '../specification/quantity.ts';

/** What a button says, and what a click on it does. */
export interface ActionText {
  readonly button: string;
  readonly does: string;
  readonly looks: 'go' | 'wait' | 'stop';
}

/** What an action would do to a rollout as it is now. */
export function actionText(action: DecisionAction, state: RolloutState, person: Person): ActionText {
  const { step, spec, weight } = state;
  const next = spec.steps[step + 1];
  const last = spec.steps.at(-1)?.weight ?? 100;
  const here = `step ${step + 1} of ${spec.steps.length}`;
  switch (action) {
    case 'approve':
      return { button: 'Approve', does: approving(state, person), looks: 'go' };
    case 'reject':
      return {
        button: 'Reject',
        does: 'Ends this rollout now. Nothing has been changed yet: users stay on the version that serves.',
        looks: 'stop',
      };
    case 'retry':
      return {
        button: 'Run the task again',
        does: `Runs task ${state.askedTask?.task ?? ''} once more, once its former run has stopped. Users stay on the version that serves.`,
        looks: 'wait',
      };
    case 'promote':
      if (state.askedTask !== undefined) return goingOn(state.askedTask.task);
      return {
        button: next === undefined ? 'Finish without waiting' : `Go on to ${next.weight} %`,
        does:
          next === undefined
            ? `Skips the rest of ${here}: the new version keeps all traffic. Its gates are judged once more first; one that fails rolls back.`
            : `Skips the rest of ${here}: the new version gets ${next.weight} % instead of ${weight} %. Its gates are judged once more first; one that fails rolls back.`,
        looks: 'go',
      };
    case 'promoteFully':
      return {
        button: `Go on to the last step, ${last} %`,
        does: `Skips the rest of ${here} and all steps up to the last one. Its gates are judged once more first, and the last step is watched as ever.`,
        looks: 'wait',
      };
    case 'pause':
      return {
        button: 'Pause',
        does: `Keeps the new version at ${weight} % until a person resumes it. Its gates are judged on; one that fails rolls back.`,
        looks: 'wait',
      };
    case 'resume':
      return { button: 'Resume', does: 'Goes on at the next evaluation, with the step that was paused.', looks: 'go' };
    case 'abort':
      return {
        button: 'Roll back',
        does: `Puts all traffic back on the old version at once (${100 - weight} % of it is there now) and removes the new one.`,
        looks: 'stop',
      };
  }
}

function goingOn(task: string): ActionText {
  return {
    button: `Go on without ${task}`,
    does: `Counts task ${task} as done, though nobody knows whether it is. What comes next begins, and then the new version gets its first users.`,
    looks: 'wait',
  };
}

function approving(state: RolloutState, person: Person): string {
  const { spec, approval } = state;
  const needed = neededApprovals(state);
  const given = [...(approval?.given ?? []), person];
  const { roles, more } = openApprovals(needed, given);
  const first = spec.steps[0];
  const unsafe = unsafeText(state);
  const shared = sharedText(state);
  const hotfix = hotfixLines(state)
    .map((line) => `${line} `)
    .join('');
  const warning = `${hotfix}${unsafe === '' ? '' : `${unsafe}. `}${shared === '' ? '' : `${shared} `}`;
  const begin = `the pre-checks run once more, then the new version gets its first ${first?.weight ?? 0} % of users for ${formatDuration(first?.bake ?? 0)}`;
  if (isApproved(needed, given)) return `${warning}You are the last one who is asked: ${begin}.`;
  const open = openText({ roles, more });
  if (open === '') return `${warning}Gives your approval. Nothing begins yet, as ${needed.why}; after that ${begin}.`;
  return `${warning}Gives your approval. ${open} still ${roles.length + more === 1 ? 'has' : 'have'} to approve; after that ${begin}.`;
}

const answers: Readonly<Record<Decision['answer'], string>> = {
  approved: 'Approved',
  rejected: 'Rejected',
  promoted: 'Rest of the step skipped',
  promotedFully: 'Sent on to the last step',
  paused: 'Paused',
  resumed: 'Resumed',
  aborted: 'Rolled back',
  ranAgain: 'Task run again',
  wentOn: 'Gone on without the task',
};

/** `Rejected by Ben (by personal link) at 2026-03-01T10:00:00Z: too late` */
export function decisionText({ answer, by, how, at, reason }: Decision): string {
  return `${answers[answer]} by ${deciderOf(by, how)} at ${timeText(at)}${reason === undefined ? '' : `: ${reason}`}`;
}

/** `2026-03-01 10:00:00 UTC` */
export function timeText(at: string): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? at : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2 h 10 min`, for a person; coarse, as the page does not count down. */
export function leftText(until: string, now: Date): string {
  const seconds = Math.floor((Date.parse(until) - now.getTime()) / 1000);
  if (seconds <= 0) return 'over';
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
