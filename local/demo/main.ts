import { versions } from '../../examples/web/versions.ts';
import { startLoad } from '../load/load.ts';
import { samplePeakMemory } from '../process/peak-memory.ts';
import { stopOnSignals } from '../process/stop-on-signals.ts';
import { createSupervisor } from '../process/supervisor.ts';
import { announcePush, pushImage, type SampleVersion } from '../sample/push-image.ts';
import { sample } from '../sample/sample-names.ts';
import { type LocalStack, startLocalStack } from '../stack/local-stack.ts';
import { type Followed, followRollout } from './follow.ts';
import { liveView } from './live-view.ts';
import { type BadReport, type GoodReport, reportBad, reportGood } from './measure.ts';
import { summaryLines } from './summary.ts';

const json = process.argv.includes('--json');
const requestsPerSecond = 200;
const longestRolloutSeconds = 120;
/** Set-up and two rollouts end long before; the load must not outlive a demonstration that hangs. */
const longestLoadSeconds = 400;

/** With `--json` the last line of stdout is the report, and everything else goes to stderr. */
const out = json ? process.stderr : process.stdout;
const tell = (line: string) => out.write(`${line}\n`);

const started = performance.now();
const supervisor = createSupervisor();
const interruption = { happened: false };
stopOnSignals(supervisor, {
  onStopping: () => {
    interruption.happened = true;
    tell('\nStopping');
  },
});
const memory = samplePeakMemory();

interface Rollout {
  readonly followed: Followed;
  readonly seconds: number;
}

async function rollOut(stack: LocalStack, version: SampleVersion): Promise<Rollout> {
  const { clients, truth } = stack;
  const [before] = await clients.store.list(sample.service, 1);
  const image = await pushImage(clients, version);
  await truth.reset();
  const begun = performance.now();
  await announcePush(clients, image);
  const view = liveView({ write: (text) => out.write(text), isTTY: out.isTTY, columns: out.columns });
  try {
    const followed = await followRollout(
      clients.store,
      sample.service,
      before?.rolloutId,
      (state, news) => {
        view.update(state, news);
      },
      longestRolloutSeconds,
    );
    return { followed, seconds: (performance.now() - begun) / 1000 };
  } finally {
    view.end();
  }
}

async function demonstrate(): Promise<{ readonly good: GoodReport; readonly bad: BadReport }> {
  const stack = await startLocalStack(supervisor, tell);
  const load = startLoad({ url: stack.service.url, requestsPerSecond, maxSeconds: longestLoadSeconds });
  tell(`Ready after ${seconds()} s. ${requestsPerSecond} requests/s go to ${stack.service.url}`);

  tell(`\nPushing ${versions.good.tag}, a good version`);
  const good = await rollOut(stack, versions.good);
  const goodReport = reportGood(good.followed, await stack.truth.stats(), good.seconds);

  tell(`\nPushing ${versions.bad.tag}, a bad version: errors and slow answers for a share of its requests`);
  const bad = await rollOut(stack, versions.bad);
  const badReport = reportBad(bad.followed, await stack.truth.stats(), await stack.truth.changes(), bad.seconds);
  await load.stop();
  return { good: goodReport, bad: badReport };
}

function seconds(): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}

let exitCode = 1;
try {
  const report = await demonstrate();
  const peak = await memory.stop();
  for (const line of summaryLines(report, { seconds: seconds(), peakMegabytes: peak })) tell(line);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  const { good, bad } = report;
  const asPromised = good.outcome === 'Succeeded' && good.failed === 0 && bad.outcome === 'RolledBack';
  exitCode = asPromised ? 0 : 1;
} catch (error) {
  // What breaks while everything is being stopped is no failure of its own.
  if (!interruption.happened) tell(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await supervisor.stopAll();
}
process.exit(exitCode);
