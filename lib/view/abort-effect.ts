import { significant } from '../analysis/strength-text.ts';
import { isActive } from '../rollout/phase.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { SideView } from './side-view.ts';

/** What a roll back would do now. */
export interface AbortEffect {
  readonly isPossible: boolean;
  /** Percent of the requests that move; measured where it was, else as asked. */
  readonly movesPercent: number;
  /** In one sentence, with the numbers. */
  readonly text: string;
}

/**
 * Returns what `sluice abort` would do to a rollout as it is now, or why there is nothing to abort.
 * @param stage where it is known, for the command that people run when a rollback does not come through
 * @param measuredWeight percent of the requests that green got lately; `undefined` where it was not counted
 */
export function abortEffect(
  state: RolloutState,
  measuredWeight: number | undefined,
  [blue, green]: readonly [SideView, SideView],
  stage?: string,
): AbortEffect {
  if (!isActive(state)) return nothing('The rollout has ended: there is nothing to abort.');
  if (state.phase === 'rollingBack') return nothing(underWay(state, stage));
  if (state.phase === 'finishing')
    return nothing('It has passed its last step: sluice rollback goes back after the end.');
  const removed = removedText(green);
  if (state.weight === 0) {
    return { isPossible: true, movesPercent: 0, text: `Roll back: no request moves, blue has all of them${removed}.` };
  }
  const moves = measuredWeight ?? state.weight;
  const share = `${significant(moves)} % of requests ${measuredWeight === undefined ? '(as asked) ' : ''}`;
  if (blue.healthy === 0) {
    const text = `Roll back: ${share}would move to blue, which has NO healthy target: traffic stays on green until blue has one.`;
    return { isPossible: true, movesPercent: moves, text };
  }
  const steps = stepsBack(state);
  const text = `Roll back: ${share}move to blue${steps}, ${healthText(blue)}${removed}.`;
  return { isPossible: true, movesPercent: moves, text };
}

/** Where it does not get traffic back, people do by hand. */
function underWay({ matters = [], service }: RolloutState, stage: string | undefined): string {
  const isStuck = matters.some(({ type }) => type === 'TrafficNotRestored');
  return isStuck && stage !== undefined
    ? `A rollback is under way already, and traffic could not be put back. By hand: sluice rollback ${service} --direct --stage ${stage}`
    : 'A rollback is under way already.';
}

function nothing(text: string): AbortEffect {
  return { isPossible: false, movesPercent: 0, text };
}

function healthText({ healthy, targets }: SideView): string {
  if (healthy === undefined || targets === undefined) return 'whose targets could not be read';
  return `which has ${healthy} of ${targets} healthy targets`;
}

function removedText({ running }: SideView): string {
  if (running === undefined || running === 0) return '';
  return running === 1 ? "; green's task is removed" : `; green's ${running} tasks are removed`;
}

/** By the spec's shape; a failed gate goes back at once, which a person's abort is not. */
function stepsBack({ spec: { rollback }, weight }: RolloutState): string {
  const weights = rollback.stepped.weights.filter((one) => one < weight);
  if (rollback.shape === 'instant' || weights.length === 0) return ' at once';
  return ` by way of ${weights.map((one) => `${one} %`).join(', ')}`;
}
