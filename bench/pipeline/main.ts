import { readOptions } from '../../local/process/read-options.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { withPackagedStack } from '../../local/stack/package-stack.ts';
import { type ColdStart, measureColdStarts } from './cold-start.ts';
import { measureOverhead } from './overhead.ts';
import type { Overhead } from './own-time.ts';
import { billOfRollout, type Position } from './rollout-cost.ts';
import { functionsOf } from './stack-functions.ts';

const help = `npm run bench -- [options]
  --json   print what was measured as JSON on the last line
Zip size and cold start of every function beside an empty one, the price of a rollout by the defaults, and the pipeline's own time
in a rollout on the local stack. Exit code 1 where something that must hold does not.`;

/** Of the pipeline's own time: shorter stretches are not listed. */
const shownSeconds = 0.1;
const bounds = { zipBytes: 320_000, coldStartRatio: 3, dollars: 0.02, overheadSeconds: 5 };

const values = readOptions(help, { json: { type: 'boolean', default: false } });
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
await bench();

async function bench(): Promise<void> {
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  try {
    const bill = await billOfRollout();
    tellBill(bill);
    tell('\nCold starts, each beside an empty handler:');
    const coldStarts = await withPackagedStack('production', async (packaged) =>
      measureColdStarts(supervisor, await functionsOf(packaged)),
    );
    tellColdStarts(coldStarts);
    tell('\nA good rollout on the local stack:');
    const overhead = await measureOverhead(supervisor, tell);
    tellOverhead(overhead);
    const holds = judge(coldStarts, bill, overhead);
    for (const { what, found, held } of holds) tell(`${held ? 'holds' : 'FAILS'}  ${what}: ${found}`);
    if (values.json) process.stdout.write(`${JSON.stringify({ coldStarts, bill, overhead, holds })}\n`);
    if (holds.some(({ held }) => !held)) process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}

function judge(coldStarts: readonly ColdStart[], bill: readonly Position[], { overhead }: Overhead) {
  const slowest = Math.max(...coldStarts.map(({ ratio }) => ratio));
  const largest = Math.max(...coldStarts.map(({ zipBytes }) => zipBytes));
  const dollars = total(bill);
  return [
    { what: 'largest zip under 320 kB', found: `${kilobytes(largest)} kB`, held: largest < bounds.zipBytes },
    {
      what: "every cold start at most 3 times an empty handler's",
      found: slowest.toFixed(2),
      held: slowest <= bounds.coldStartRatio,
    },
    { what: 'a rollout by the defaults under $0.02', found: `$${dollars.toFixed(4)}`, held: dollars < bounds.dollars },
    {
      what: "the pipeline's own time under 5 s",
      found: `${overhead.toFixed(1)} s`,
      held: overhead < bounds.overheadSeconds,
    },
  ];
}

function tellBill(bill: readonly Position[]): void {
  tell('A good rollout by the defaults, at list prices:');
  for (const { what, count, dollars } of bill)
    tell(`  ${what.padEnd(40)} ${String(count).padStart(6)}  $${dollars.toFixed(5)}`);
  tell(`  ${'together'.padEnd(40)} ${''.padStart(6)}  $${total(bill).toFixed(5)}`);
}

function tellColdStarts(coldStarts: readonly ColdStart[]): void {
  for (const { name, zipBytes, milliseconds, emptyMilliseconds, ratio } of coldStarts) {
    const [own, empty] = [milliseconds, emptyMilliseconds].map((time) => `${Math.round(time)} ms`.padStart(7));
    tell(
      `  ${name.padEnd(24)} ${kilobytes(zipBytes).padStart(4)} kB ${own ?? ''} / ${empty ?? ''} = ${ratio.toFixed(2)}`,
    );
  }
}

function tellOverhead({ whole, bakes, settling, taskStart, ruleDelay, overhead, stretches }: Overhead): void {
  const waits = [
    `bakes ${bakes.toFixed(1)} s`,
    `their metrics' lag ${settling.toFixed(1)} s`,
    `start of the tasks ${taskStart.toFixed(1)} s`,
    `the load balancer's nodes before green is verified ${ruleDelay.toFixed(1)} s`,
  ];
  tell(`  ${whole.toFixed(1)} s, of which ${waits.join(', ')}, the pipeline ${overhead.toFixed(1)} s:`);
  for (const { from, to, seconds } of stretches.filter((stretch) => stretch.seconds >= shownSeconds))
    tell(`  ${seconds.toFixed(2)} s  ${from} to ${to}`);
}

function total(bill: readonly Position[]): number {
  return bill.reduce((sum, { dollars }) => sum + dollars, 0);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
