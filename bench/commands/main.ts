import { startLoad } from '../../local/load/load.ts';
import { readOptions, wholeOption } from '../../local/process/read-options.ts';
import { loadAverageText } from '../load-average.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { applySpec, startLocalStack } from '../../local/stack/local-stack.ts';
import { median } from '../rollback/median.ts';
import { installedSluice } from './command-process.ts';
import { measureRollout, type Told } from './measure.ts';

const help = `npm run bench:commands -- [options]
  --runs <number>   rollouts that are told each command, 4 by default
  --json            print what was measured as JSON on the last line
How soon pause, resume, promote and abort are acknowledged and seen by others, by the command line and by personal links, on the
local stack. Exit code 1 where something that must hold does not.`;

const boundMs = 2_000;
/** Enough for the gates to see, little enough to leave the machine to what is measured. */
const requestsPerSecond = 50;
const longestRolloutSeconds = 900;

const values = readOptions(help, {
  runs: { type: 'string', default: '4' },
  json: { type: 'boolean', default: false },
});
const runs = wholeOption(help, 'runs', values.runs, 100);
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
await bench();

interface Row {
  readonly verb: Told['verb'];
  readonly way: Told['way'];
  readonly acknowledged: Figures;
  readonly visible: Figures;
  readonly shown: Figures;
  readonly effect: Figures | null;
}

interface Figures {
  readonly medianMs: number;
  readonly worstMs: number;
}

async function bench(): Promise<void> {
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  try {
    const stack = await startLocalStack(supervisor, tell);
    await applySpec(stack.clients, stack.service, 'idle');
    const load = startLoad({ url: stack.service.url, requestsPerSecond, maxSeconds: longestRolloutSeconds * runs });
    // As people have it: the sources take a second longer to start.
    const { run: sluice } = await installedSluice();
    // Compiled code is kept from the first run on.
    await sluice(stack.aws.environment, 'list');
    const told: Told[] = [];
    for (let run = 1; run <= runs; run += 1) {
      told.push(...(await measureRollout({ ...stack, sluice }, run % 2 === 1 ? 'command' : 'link')));
      tell(`  rollout ${run} of ${runs}`);
    }
    await load.stop();
    tell(loadAverageText());
    report(rowsOf(told));
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}

function report(rows: readonly Row[]): void {
  tell('\nmedian / worst, ms, from the start of the process, or the opening of the page:');
  for (const { verb, way, acknowledged, visible, shown, effect } of rows) {
    const took = effect === null ? '' : `, done ${textOf(effect)}`;
    tell(
      `  ${verb.padEnd(8)} by ${way.padEnd(8)} acknowledged ${textOf(acknowledged)}, in the record ${textOf(visible)}, shown by sluice get ${textOf(shown)}${took}`,
    );
  }
  const holds = [
    bound(
      'acknowledged within 2 s, the worst',
      rows.map(({ acknowledged }) => acknowledged.worstMs),
    ),
    bound(
      'in the record, which everybody reads, within 2 s, the worst',
      rows.map(({ visible }) => visible.worstMs),
    ),
    bound(
      'shown by sluice get within 2 s, the slowest median',
      rows.map(({ shown }) => shown.medianMs),
    ),
  ];
  for (const { what, found, held } of holds) tell(`${held ? 'holds' : 'FAILS'}  ${what}: ${found}`);
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, holds })}\n`);
  if (holds.some(({ held }) => !held)) process.exitCode = 1;
}

function bound(what: string, measured: readonly number[]) {
  const most = Math.max(...measured);
  return { what, found: `${Math.round(most)} ms`, held: most <= boundMs };
}

function rowsOf(told: readonly Told[]): readonly Row[] {
  const kinds = new Map(told.map((one) => [`${one.verb} ${one.way}`, one]));
  return [...kinds.values()].map(({ verb, way, effectMs }) => {
    const same = told.filter((one) => one.verb === verb && one.way === way);
    const of = (read: (one: Told) => number) => figuresOf(same.map(read));
    return {
      verb,
      way,
      acknowledged: of(({ acknowledgedMs }) => acknowledgedMs),
      visible: of(({ visibleMs }) => visibleMs),
      shown: of(({ shownMs }) => shownMs),
      effect: effectMs === null ? null : of((one) => one.effectMs ?? Number.NaN),
    };
  });
}

function figuresOf(measured: readonly number[]): Figures {
  return { medianMs: Math.round(median(measured)), worstMs: Math.round(Math.max(...measured)) };
}

function textOf({ medianMs, worstMs }: Figures): string {
  return `${medianMs} / ${worstMs}`;
}
