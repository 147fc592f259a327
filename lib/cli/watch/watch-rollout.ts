import type { StoredRollout } from '../../ports/rollout-store.ts';
import { isActive } from '../../rollout/phase.ts';
import { type ReadRollout, readAgain } from '../../view/read-rollout.ts';
import type { RolloutView } from '../../view/rollout-view.ts';
import { CliFailure, type CliContext, type Stack } from '../cli-context.ts';
import { localTime, readable } from '../terminal/readable.ts';
import { screenOn } from '../terminal/screen.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { patientReading } from './patient-reading.ts';
import { readersOf } from './readers.ts';
import { frameLines, viewNow } from './show.ts';

const pollMilliseconds = 2_000;
/** The slots are read at every so many polls: ECS and the load balancer allow fewer calls than the table. */
const pollsPerReading = 5;

/** Where and how long a rollout is watched. */
export interface WatchOptions {
  readonly stage: string;
  /** Seconds; no limit where undefined. */
  readonly timeout?: number | undefined;
}

/** Shows what is new of a rollout. */
interface Shower {
  show(view: RolloutView, notes: readonly string[]): void;
}

/**
 * Shows a rollout until it has ended: on a terminal one frame that is drawn over and over, in a pipe one line a change.
 * @throws CliFailure where the time is up, or the record could not be read for five minutes; the rollout goes on
 */
export async function watchRollout(
  read: ReadRollout,
  stack: Stack,
  { stage, timeout }: WatchOptions,
  context: CliContext,
): Promise<StoredRollout> {
  const shower = context.terminal === undefined ? lines(context) : frames(context);
  const { now, sleep } = context;
  const until = timeout === undefined ? Number.POSITIVE_INFINITY : now().getTime() + timeout * 1000;
  const readers = readersOf(stack);
  const reading = patientReading(read, context);
  let current = read;
  shower.show(viewNow(current, stage, context), []);
  for (let poll = 1; isActive(current.stored.state); poll += 1) {
    if (now().getTime() >= until) throw timeIsUp(current, stage);
    await sleep(pollMilliseconds);
    const { value, note } = await reading(() => readAgain(current, readers, poll % pollsPerReading === 0));
    current = value;
    shower.show(viewNow(current, stage, context), note === undefined ? [] : [note]);
  }
  return current.stored;
}

function timeIsUp({ stored: { state } }: ReadRollout, stage: string): CliFailure {
  return new CliFailure(
    `${state.rolloutId} has not ended yet (${state.phase}) and goes on. Watch it again with: sluice watch ${state.rolloutId} --stage ${stage}`,
  );
}

function frames(context: CliContext): Shower {
  const { terminal } = context;
  if (terminal === undefined) throw new Error('There is no terminal to draw on.');
  const screen = screenOn(terminal);
  return {
    show: (view, notes) => {
      screen.draw(frameLines(view, terminal, notes, context));
    },
  };
}

/** One line a change: where it stands first, then each transition, each change of the verdict, and each note, once. */
function lines({ out, err, timeZone }: CliContext): Shower {
  let sequence = -1;
  let verdict: string | undefined;
  let noted: string | undefined;
  const say = (at: string, kind: string, text: string) => {
    out(`${localTime(at, timeZone())}  ${kind.padEnd(8)}  ${printable(readable(text, timeZone()))}`);
  };
  return {
    show(view, notes) {
      if (sequence < 0) {
        sequence = 0;
        const { service, stage, change, rolloutId, strip } = view;
        say(view.readAt, 'status', `${service} in ${stage}: ${change.to}, ${strip.text} (${rolloutId})`);
      }
      for (const event of view.events) {
        if (event.sequence <= sequence) continue;
        sequence = event.sequence;
        say(event.at, event.severity, event.text);
      }
      const said = view.verdict === undefined ? undefined : `${view.verdict.verdict}: ${view.verdict.reason}`;
      if (said !== undefined && said !== verdict && view.verdict !== undefined) say(view.verdict.at, 'verdict', said);
      verdict = said ?? verdict;
      if (notes[0] !== undefined && noted === undefined) err(notes[0]);
      noted = notes[0];
    },
  };
}
