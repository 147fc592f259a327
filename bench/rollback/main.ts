import { readOptions, wholeOption } from '../../local/process/read-options.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { startLocalStack } from '../../local/stack/local-stack.ts';
import { measureDirect } from './direct.ts';
import { measureMachines } from './machines.ts';

const help = `npm run bench:rollback -- [options]
  --runs <number>   rollbacks through the machines, 5 by default
  --json            print what was measured as JSON on the last line
From the decision to blue at 100 % through the machines, and sluice rollback --direct beside a plain ModifyRule with its read-back, on the local
stack. Exit code 1 where something that must hold does not.`;

const bounds = { medianMs: 500, ratio: 3, allClearSeconds: 60 };
const directRuns = 30;

const values = readOptions(help, {
  runs: { type: 'string', default: '5' },
  json: { type: 'boolean', default: false },
});
const runs = wholeOption(help, 'runs', values.runs, 100);
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
await bench();

async function bench(): Promise<void> {
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  try {
    const stack = await startLocalStack(supervisor, tell);
    tell('\nsluice rollback --direct, beside a plain ModifyRule and its read-back:');
    const direct = await measureDirect(stack, directRuns);
    tell(
      `  plain ${direct.plainMs.toFixed(1)} ms, direct ${direct.directMs.toFixed(1)} ms, ratio ${direct.ratio.toFixed(2)}`,
    );
    tell('\nA bad version, rolled back through the machines:');
    const machines = await measureMachines(stack, runs, tell);
    const slowest = Math.max(...machines.allClearSeconds);
    const holds = [
      {
        what: 'decision to blue at 100 %, median under 500 ms',
        found: `${machines.medianMs} ms`,
        held: machines.medianMs < bounds.medianMs,
      },
      {
        what: '--direct at most 3 times a plain ModifyRule with its read-back',
        found: direct.ratio.toFixed(2),
        held: direct.ratio <= bounds.ratio,
      },
      { what: 'all clear within 60 s', found: `${slowest.toFixed(1)} s`, held: slowest < bounds.allClearSeconds },
    ];
    for (const { what, found, held } of holds) tell(`${held ? 'holds' : 'FAILS'}  ${what}: ${found}`);
    if (values.json) process.stdout.write(`${JSON.stringify({ direct, machines, holds })}\n`);
    if (holds.some(({ held }) => !held)) process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}
