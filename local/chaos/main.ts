import { counted } from '../../lib/specification/text/counted.ts';
import { versions } from '../../examples/web/versions.ts';
import { startLoad } from '../load/load.ts';
import { type BoundedRun, boundedRun } from '../process/bounded-run.ts';
import { readOptions, refuseOptions, wholeOption } from '../process/read-options.ts';
import type { Supervisor } from '../process/supervisor.ts';
import { startLocalStack } from '../stack/local-stack.ts';
import { type ScenarioReport, tableOf } from './report.ts';
import { patient } from './patience.ts';
import { type Chaos, runScenario } from './run-scenario.ts';
import { tableLostSeconds } from './outages.ts';
import { scenarios, scenariosWith } from './scenarios.ts';

const help = `npm run chaos -- [options]
  --only <name>   one scenario; may be given several times
  --table-lost <seconds>   how long the table refuses in the scenario of that name, ${tableLostSeconds} by default; 600 for ten minutes
  --json          what came of it as JSON on the last line; all else goes to stderr
Scenarios, on the deployed local stack, under traffic:
${scenarios.map(({ name, what }) => `  ${name.padEnd(24)}${what}`).join('\n')}
Exit code 1 where one does not end with all traffic on one version within the guard's period.`;

const requestsPerSecond = 100;
/** Gives up after it; the scenarios' own bounds are the guard's period. */
const longestSeconds = 2400;

const {
  only,
  json,
  'table-lost': lost,
} = readOptions(help, {
  only: { type: 'string', multiple: true },
  'table-lost': { type: 'string', default: String(tableLostSeconds) },
  json: { type: 'boolean', default: false },
});
const unknown = only?.find((name) => !scenarios.some((scenario) => scenario.name === name));
if (unknown !== undefined) refuseOptions(help, `there is no scenario ${JSON.stringify(unknown)}`);
const chosen = scenariosWith(wholeOption(help, 'table-lost', lost, 900));
const tell = (line: string) => (json ? process.stderr : process.stdout).write(`${line}\n`);
process.exit(await boundedRun({ seconds: longestSeconds, tell, failed: 'The run failed' }, main));

async function main({ supervisor, isOver }: BoundedRun): Promise<number> {
  const reports = await runAll(supervisor, isOver);
  const wanted = only?.length ?? chosen.length;
  const converged = reports.length === wanted && reports.every(({ problem }) => problem === undefined);
  tell('');
  for (const line of tableOf(reports)) tell(line);
  if (reports.length < wanted) tell(`Not run: ${counted(wanted - reports.length, 'scenario')}.`);
  if (json) process.stdout.write(`${JSON.stringify({ converged, scenarios: reports })}\n`);
  return converged ? 0 : 1;
}

async function runAll(supervisor: Supervisor, isOver: () => boolean): Promise<readonly ScenarioReport[]> {
  const stack = await startLocalStack(supervisor, tell, true);
  const withPatience = patient(stack, tell);
  const load = startLoad({ url: stack.service.url, requestsPerSecond, maxSeconds: longestSeconds });
  const chaos: Chaos = { stack, load, serving: versions.first, isOver };
  const reports: ScenarioReport[] = [];
  try {
    for (const scenario of chosen) {
      if (isOver() || (only !== undefined && !only.includes(scenario.name))) continue;
      tell(`\n${scenario.name}: ${scenario.what}`);
      const report = await withPatience((guardSeconds, isLast) =>
        runScenario(scenario, chaos, scenario.withinSeconds ?? guardSeconds, isLast),
      );
      tell(
        `  ${report.ended}${report.seconds === null ? '' : `, one version after ${report.seconds.toFixed(1)} s`}; ${report.failed} of ${report.requests} requests failed${report.problem === undefined ? '' : ` – ${report.problem}`}`,
      );
      reports.push(report);
      // The next one would find the service locked.
      if (report.ended === 'not converged') break;
    }
  } finally {
    await load.stop();
  }
  return reports;
}
