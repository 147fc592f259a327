import { readOptions } from '../../local/process/read-options.ts';
import { eventHash } from '../../lib/storage/chain.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';

const help = `npm run bench:record -- [options]
  --json   print what was measured as JSON on the last line
Processor time to hash one event of a record: a short one, a usual evaluation, and the largest that a rollout writes. Exit code 1
where one takes 1 ms or more.`;

const boundMs = 1;
const runs = 400;
const values = readOptions(help, { json: { type: 'boolean', default: false } });

const minutes = (count: number) =>
  Array.from({ length: count }, (_, minute) => ({
    at: 1_700_000_000 + 60 * minute,
    weight: 25,
    blue: { requests: 5700 + minute, errors: 11, latencyP95: 0.182 + minute / 1000 },
    green: { requests: 1900 + minute, errors: 4, latencyP95: 0.179 + minute / 1000 },
  }));
const evaluation = (count: number): RolloutEvent => ({
  type: 'GreenAnalysed',
  ...{ step: 2, verdict: 'hold', reason: 'evidence is not complete', secondsLeft: 900, gates: [] },
  datapoints: minutes(count),
});
const events: readonly (readonly [string, RolloutEvent])[] = [
  ['a shift', { type: 'TrafficShifted', step: 1, weight: 25 }],
  ['an evaluation of 5 minutes', evaluation(5)],
  ['an evaluation of 60 minutes', evaluation(60)],
];

/** Milliseconds of processor time for one hash: the median of many. */
function costOf(event: RolloutEvent): number {
  const recorded = { rolloutId: 'web-20260301-100000-3f9a1c', sequence: 7, at: '2026-03-01T10:00:00.000Z', event };
  const link = { previous: 'a'.repeat(64), state: 'b'.repeat(64) };
  const times = Array.from({ length: runs }, () => {
    const before = process.cpuUsage();
    eventHash({ ...recorded, chain: link });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return times.toSorted((one, other) => one - other)[runs / 2] ?? Number.NaN;
}

const measured = events.map(([what, event]) => ({
  ...{ what, bytes: JSON.stringify(event).length, milliseconds: costOf(event) },
}));
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
for (const { what, bytes, milliseconds } of measured) {
  const held = milliseconds < boundMs;
  tell(
    `${held ? 'holds' : 'FAILS'}  ${what} (${bytes} bytes) is hashed in ${milliseconds.toFixed(3)} ms, bound ${boundMs} ms`,
  );
  if (!held) process.exitCode = 1;
}
if (values.json) process.stdout.write(`${JSON.stringify(measured)}\n`);
