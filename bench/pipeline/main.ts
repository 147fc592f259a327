import { readOptions, refuseOptions } from '../../local/process/read-options.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { withPackagedStack } from '../../local/stack/package-stack.ts';
import { type ColdStart, measureColdStarts } from './cold-start.ts';
import { type MeasuredRollout, measureOverhead } from './overhead.ts';
import { billOfRollout, type Position } from './rollout-cost.ts';
import { functionsOf } from './stack-functions.ts';

const help = `npm run bench -- [options]
  --only <part>   one of cost, cold-starts, overhead; everything by default
  --json          print what was measured as JSON on the last line
Zip size and cold start of every function beside an empty one, the price of a rollout by the defaults, and the pipeline's own time
in two rollouts on the local stack. Exit code 1 where something that must hold does not.`;

/** Of the pipeline's own time: shorter stretches are not listed. */
const shownSeconds = 0.1;
const bounds = { zipBytes: 320_000, coldStartRatio: 3, dollars: 0.02, overheadSeconds: 5 };

const parts = ['cost', 'cold-starts', 'overhead'] as const;
type Part = (typeof parts)[number];

const values = readOptions(help, { only: { type: 'string' }, json: { type: 'boolean', default: false } });
const asked = values.only === undefined ? parts : parts.filter((part) => part === values.only);
if (asked.length === 0) {
  refuseOptions(help, `--only is ${JSON.stringify(values.only)}, expected one of ${parts.join(', ')}`);
}
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
await bench();

interface Holds {
  readonly what: string;
  readonly found: string;
  readonly held: boolean;
}

async function bench(): Promise<void> {
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  const measure: Readonly<Record<Part, () => Promise<readonly [unknown, readonly Holds[]]>>> = {
    cost: async () => {
      const bill = await billOfRollout();
      tellBill(bill);
      return [{ bill }, [judgeBill(bill)]];
    },
    'cold-starts': async () => {
      tell('\nCold starts, each beside an empty handler:');
      const coldStarts = await withPackagedStack('production', async (packaged) =>
        measureColdStarts(supervisor, await functionsOf(packaged)),
      );
      tellColdStarts(coldStarts);
      return [{ coldStarts }, judgeColdStarts(coldStarts)];
    },
    overhead: async () => {
      tell('\nTwo good rollouts on the local stack:');
      const rollouts = await measureOverhead(supervisor, tell);
      for (const rollout of rollouts) tellRollout(rollout);
      return [{ rollouts }, [judgeRollouts(rollouts)]];
    },
  };
  try {
    let measured: object = {};
    const holds: Holds[] = [];
    for (const part of asked) {
      const [found, judged] = await measure[part]();
      measured = { ...measured, ...(found as object) };
      holds.push(...judged);
    }
    for (const { what, found, held } of holds) tell(`${held ? 'holds' : 'FAILS'}  ${what}: ${found}`);
    if (values.json) process.stdout.write(`${JSON.stringify({ ...measured, holds })}\n`);
    if (holds.some(({ held }) => !held)) process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}

function judgeColdStarts(coldStarts: readonly ColdStart[]): readonly Holds[] {
  const slowest = Math.max(...coldStarts.map(({ ratio }) => ratio));
  const largest = Math.max(...coldStarts.map(({ zipBytes }) => zipBytes));
  return [
    { what: 'largest zip under 320 kB', found: `${kilobytes(largest)} kB`, held: largest < bounds.zipBytes },
    {
      what: "every cold start at most 3 times an empty handler's",
      found: slowest.toFixed(2),
      held: slowest <= bounds.coldStartRatio,
    },
  ];
}

function judgeBill(bill: readonly Position[]): Holds {
  const dollars = total(bill);
  return {
    what: 'a rollout by the defaults under $0.02',
    found: `$${dollars.toFixed(4)}`,
    held: dollars < bounds.dollars,
  };
}

function judgeRollouts(rollouts: readonly MeasuredRollout[]): Holds {
  const [cold, warm] = rollouts.map(
    ({ overhead, load }) => `${overhead.overhead.toFixed(1)} s at a load of ${load.toFixed(1)}`,
  );
  return {
    what: "the pipeline's own time under 5 s",
    found: `${cold ?? ''} where each function starts first, ${warm ?? ''} where all have`,
    held: rollouts.every(({ overhead }) => overhead.overhead < bounds.overheadSeconds),
  };
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

function tellRollout({
  isWarm,
  load,
  overhead,
  parts: { untilMachine, tasks, pauses, between, states },
}: MeasuredRollout): void {
  const { whole, bakes, settling, taskStart, ruleDelay, stretches } = overhead;
  const waits = [
    `bakes ${bakes.toFixed(1)} s`,
    `their metrics' lag ${settling.toFixed(1)} s`,
    `start of the tasks ${taskStart.toFixed(1)} s`,
    `the load balancer's nodes before green is verified ${ruleDelay.toFixed(1)} s`,
  ];
  const name = isWarm ? 'Second rollout (functions have started)' : 'First rollout (each function starts)';
  tell(
    `  ${name}, load ${load.toFixed(1)}: ${whole.toFixed(1)} s, of which ${waits.join(', ')}, the pipeline ${overhead.overhead.toFixed(1)} s,`,
  );
  tell(
    `  of the pipeline's time: ${untilMachine.toFixed(1)} s until the machine runs, ${tasks.toFixed(1)} s in tasks, ${pauses.toFixed(1)} s in pauses, ${between.toFixed(1)} s between states:`,
  );
  for (const { name: state, entries, seconds } of states.filter((part) => part.seconds >= shownSeconds))
    tell(`    ${seconds.toFixed(2)} s  ${state}${entries > 1 ? `, ${entries} times` : ''}`);
  tell('  by the events between which it passed:');
  for (const { from, to, seconds } of stretches.filter((stretch) => stretch.seconds >= shownSeconds))
    tell(`    ${seconds.toFixed(2)} s  ${from} to ${to}`);
}

function total(bill: readonly Position[]): number {
  return bill.reduce((sum, { dollars }) => sum + dollars, 0);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(0);
}
