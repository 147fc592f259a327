import type { RecordedEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { eventLine } from './rollout-view.ts';

/**
 * Events as lines, oldest first. Evaluations of the gates that follow each other and say the same become the first of them and a line that
 * counts the others, with the time of the last one. One that is said only twice stays as it is: nothing would be gained.
 */
export function foldedLines(events: readonly RecordedEvent[], state: RolloutState): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < events.length;) {
    const end = endOfSame(events, at);
    const [first, ...others] = events.slice(at, end);
    if (first !== undefined) lines.push(eventLine(first, state));
    const last = others.at(-1);
    if (last !== undefined && others.length > 1) {
      const said = `The same verdict ${others.length} times more; this is the time of the last one.`;
      lines.push(`${last.at}  ${''.padEnd(8)}  ${said}`);
    } else lines.push(...others.map((one) => eventLine(one, state)));
    at = end;
  }
  return lines;
}

/** Where the events end that evaluate the gates with the same verdict, for the same reason, in the same step. */
function endOfSame(events: readonly RecordedEvent[], at: number): number {
  const event = events[at]?.event;
  let end = at + 1;
  if (event?.type !== 'GreenAnalysed') return end;
  for (; ; end += 1) {
    const next = events[end]?.event;
    const isSame =
      next?.type === 'GreenAnalysed' &&
      next.step === event.step &&
      next.verdict === event.verdict &&
      next.reason === event.reason;
    if (!isSame) return end;
  }
}
