import { versions } from '../../examples/web/versions.ts';
import { readOptions } from '../../local/process/read-options.ts';
import { loadAverageText } from '../load-average.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { startLoad } from '../../local/load/load.ts';
import { applySpec, startLocalStack } from '../../local/stack/local-stack.ts';
import { startSampleRollout } from '../../local/sample/start-rollout.ts';
import { untilBaking } from './until-baking.ts';
import { measureCommands } from './measure-commands.ts';
import { measurePages } from './measure-pages.ts';

const help = `npm run bench:console -- [options]
  --json            print what was measured as JSON on the last line
How large the first page of a rollout is, how soon it is painted and shows a change, and how long commands take, on the local stack.
Calls of AWS in a row, bytes and counts are asserted by tests (test/console, test/cli/calls-in-a-row).
Exit code 1 where something that must hold does not.`;

/** Enough for the gates to see, little enough to leave the machine to what is measured. */
const requestsPerSecond = 20;
const maxSeconds = 900;

const values = readOptions(help, { json: { type: 'boolean', default: false } });
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
await bench();

/** One figure and the most that it may be. */
interface Bound {
  readonly what: string;
  readonly found: number;
  readonly most: number;
  readonly unit: 'ms' | 'bytes';
}

async function bench(): Promise<void> {
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  try {
    const stack = await startLocalStack(supervisor, tell);
    await applySpec(stack.clients, stack.service, 'idle');
    const load = startLoad({ url: stack.service.url, requestsPerSecond, maxSeconds });
    const before = await startSampleRollout(versions.good, stack);
    const rolloutId = await untilBaking(stack, before);
    tell(`  ${rolloutId} bakes`);
    const commands = await measureCommands(stack, rolloutId);
    const pages = await measurePages(stack, rolloutId);
    await load.stop();
    for (const { command, processorMs } of commands.reads)
      tell(`  sluice ${command}: ${Math.round(processorMs)} ms of processor time, the median`);
    tell(`  ${loadAverageText()}`);
    report([
      { what: 'first page of a rollout, transferred', found: pages.transferredBytes, most: 60_000, unit: 'bytes' },
      { what: 'painted (first contentful paint), the median', found: pages.paintedMs, most: 1_000, unit: 'ms' },
      {
        what: 'a change visible after it was recorded, the worst',
        found: Math.max(0, pages.visibleMs),
        most: 3_000,
        unit: 'ms',
      },
      ...commands.reads.map(({ command, medianMs }) => ({
        what: `sluice ${command}, the median`,
        found: medianMs,
        most: 500,
        unit: 'ms' as const,
      })),
      { what: 'a command through a function, cold', found: commands.coldMs, most: 1_500, unit: 'ms' },
    ]);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}

function report(bounds: readonly Bound[]): void {
  const holds = bounds.map((one) => ({ ...one, found: Math.round(one.found), held: one.found <= one.most }));
  for (const { what, found, most, unit, held } of holds) {
    tell(`${held ? 'holds' : 'FAILS'}  ${what}: ${found} ${unit} of ${most} ${unit}`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ holds })}\n`);
  if (holds.some(({ held }) => !held)) process.exitCode = 1;
}
