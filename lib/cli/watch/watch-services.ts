import { readServices, type ServiceRow } from '../../view/service-row.ts';
import type { CliContext, Stack } from '../cli-context.ts';
import { fitted, painted, span } from '../terminal/line.ts';
import { localTime, readable } from '../terminal/readable.ts';
import { screenOn } from '../terminal/screen.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { patientReading } from './patient-reading.ts';
import { runningText, serviceLines } from './service-lines.ts';
import type { WatchOptions } from './watch-rollout.ts';

/** Each poll reads every service: a second slower than for one rollout costs a person nothing. */
const pollMilliseconds = 5_000;

/** Shows every service until the time is up: on a terminal a table that is drawn over, in a pipe one line a change. */
export async function watchServices(
  { store }: Stack,
  { stage, timeout }: WatchOptions,
  context: CliContext,
): Promise<void> {
  const { now, sleep } = context;
  const show = context.terminal === undefined ? changes(context) : table(context);
  const until = timeout === undefined ? Number.POSITIVE_INFINITY : now().getTime() + timeout * 1000;
  let rows = await readServices(store);
  const reading = patientReading(rows, context);
  let note = `${rows.length === 0 ? `Stage ${stage} has no service yet. ` : ''}Ctrl-C ends the watching.`;
  for (;;) {
    show(rows, note);
    if (now().getTime() >= until) return;
    await sleep(pollMilliseconds);
    const read = await reading(() => readServices(store));
    rows = read.value;
    note = read.note ?? 'Ctrl-C ends the watching.';
  }
}

function table({ terminal, timeZone, paint }: CliContext): (rows: readonly ServiceRow[], note: string) => void {
  if (terminal === undefined) throw new Error('There is no terminal to draw on.');
  const screen = screenOn(terminal);
  return (rows, note) => {
    const room = Math.max(3, terminal.rows - 3);
    const lines = serviceLines(rows, timeZone());
    const more = lines.length > room ? [[span(`${lines.length - room} more services`, 'dim')]] : [];
    const shown = [...lines.slice(0, room), ...more, [span(note, 'dim')]];
    screen.draw(shown.map((line) => painted(fitted(line, terminal.columns), paint)));
  };
}

function changes({ out, now, timeZone }: CliContext): (rows: readonly ServiceRow[]) => void {
  const said = new Map<string, string>();
  return (rows) => {
    for (const row of rows) {
      const text = runningText(row);
      if (said.get(row.service) === text) continue;
      said.set(row.service, text);
      const line = `${localTime(now().toISOString(), timeZone())}  ${row.service}  ${readable(text, timeZone())}`;
      out(printable(line));
    }
  };
}
