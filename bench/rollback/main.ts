import { readOptions, wholeOption } from '../../local/process/read-options.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { startLocalStack } from '../../local/stack/local-stack.ts';
import { measureDirect } from './direct.ts';
import { measureMachines } from './machines.ts';

const help = `npm run bench:rollback -- [options]
  --runs <number>   rollbacks through the machines, 5 by default
  --json            print what was measured as JSON on the last line
The clocks of a rollback through the machines (accepted, propagated, users, drained), and sluice rollback --direct beside a plain ModifyRule with its read-back, on the local
stack. Exit code 1 where something that must hold does not.`;

const bounds = { acceptedMs: 500, usersBeyondPropagationMs: 1000, ratio: 3, allClearMs: 60_000 };
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
    const holds = [
      {
        what: 'accepted: decision to blue at 100 % by the API, median under 500 ms',
        found: `${machines.acceptedMs} ms`,
        held: machines.acceptedMs < bounds.acceptedMs,
      },
      {
        what: 'users: decision to the last request that failed or that green answered, median within the propagation and 1 s',
        found: `${machines.usersMs} ms (propagated ${machines.propagatedMs} ms, drained ${machines.drainedMs} ms); ${machines.usersBeyondPropagationMs} ms beyond the propagation`,
        held: machines.usersBeyondPropagationMs <= bounds.usersBeyondPropagationMs,
      },
      {
        what: '--direct at most 3 times a plain ModifyRule with its read-back',
        found: direct.ratio.toFixed(2),
        held: direct.ratio <= bounds.ratio,
      },
      {
        what: 'all clear within 60 s, the slowest',
        found: `${(machines.slowestAllClearMs / 1000).toFixed(1)} s`,
        held: machines.slowestAllClearMs < bounds.allClearMs,
      },
    ];
    for (const { what, found, held } of holds) tell(`${held ? 'holds' : 'FAILS'}  ${what}: ${found}`);
    if (values.json) process.stdout.write(`${JSON.stringify({ direct, machines, holds })}\n`);
    if (holds.some(({ held }) => !held)) process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}
