import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { blocks } from '../blocks/blocks.ts';
import { samplePeakMemory } from '../process/peak-memory.ts';
import { readOptions, refuseOptions } from '../process/read-options.ts';
import { stopOnSignals } from '../process/stop-on-signals.ts';
import { createSupervisor } from '../process/supervisor.ts';
import {
  deployByCi,
  moveTrafficByEcs,
  oneServiceDrivers,
  pauseForRollouts,
  specInOneService,
} from '../sample/one-service.ts';
import { announcePush, pushImage, type SampleVersion } from '../sample/push-image.ts';
import { sample } from '../sample/sample-names.ts';
import { sampleApprovers, type SampleOptions } from '../sample/sample-spec.ts';
import { deployStack } from '../stack/deploy.ts';
import { applySpec, applyText, type LocalStack, startLocalStack } from '../stack/local-stack.ts';
import { settledTruth } from './clocks.ts';
import { type Dependencies, deployDataProbe, sampleChecks, startDependencies } from './dependencies.ts';
import { type Followed, followRollout } from './follow.ts';
import { liveView } from './live-view.ts';
import { approvalLinks, decideByLink } from './personal-links.ts';
import { type Report, reportBad, reportChecks, reportGood } from './measure.ts';
import { allNotified, notifiedLine } from './notified.ts';
import { summaryLines } from './summary.ts';
import { outageDuring, startTraffic } from './traffic.ts';

const help = `npm run demo -- [options]
  --json      the report as JSON on the last line; all else goes to stderr
  --all       two rollouts more, in which blue is not without errors either
  --approve   waits for a person to decide by the links
  --block <cloudformation | cdk | terraform>
              that building block of examples/ makes the service that is rolled out
  --driver <slots | ecs-native | ecs-managed>
              what moves the traffic: two ECS services (the default), or one that ECS deploys, whose deployments CI
              begins (ecs-native) or rollouts begin (ecs-managed)
A good and a bad version are rolled out on the local stack, under traffic. Exit code 0 only where each ends as it must.`;

const {
  json,
  all,
  approve: byHand,
  block: blockName,
  driver: driverName,
} = readOptions(help, {
  json: { type: 'boolean', default: false },
  all: { type: 'boolean', default: false },
  approve: { type: 'boolean', default: false },
  block: { type: 'string', default: '' },
  driver: { type: 'string', default: 'slots' },
});
const block = blocks.find((name) => name === blockName);
if (blockName !== '' && block === undefined)
  refuseOptions(help, `--block is ${JSON.stringify(blockName)}, expected ${blocks.join(', ')}`);
const driver = oneServiceDrivers.find((name) => name === driverName);
if (driver === undefined && driverName !== 'slots')
  refuseOptions(help, `--driver is ${JSON.stringify(driverName)}, expected slots, ${oneServiceDrivers.join(', ')}`);
if (driver !== undefined && (all || block !== undefined))
  refuseOptions(help, `--driver ${driver} goes with neither --all nor --block: they are of two ECS services`);
const requestsPerSecond = 200;
const brings = driver === 'ecs-native' ? 'CI deploys' : 'Pushing';
const longestRolloutSeconds = byHand ? 3600 : 400;
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

async function rollOut(
  stack: LocalStack,
  version: SampleVersion,
  onState: (state: RolloutState) => void = () => undefined,
): Promise<Rollout> {
  const { clients, truth } = stack;
  const [before] = await clients.store.list(sample.service, 1);
  const image = await pushImage(clients, version);
  await truth.reset();
  const begun = performance.now();
  await (driver === 'ecs-native' ? deployByCi(clients, image) : announcePush(clients, image));
  const view = liveView({ write: (text) => out.write(text), isTTY: out.isTTY, columns: out.columns });
  try {
    const followed = await followRollout(
      clients.store,
      sample.service,
      before?.rolloutId,
      (state, news) => {
        view.update(state, news);
        onState(state);
      },
      longestRolloutSeconds,
    );
    return { followed, seconds: (performance.now() - begun) / 1000 };
  } finally {
    view.end();
  }
}

/** Prints the links that people got once they are asked, and, unless a person wants to click, approves by them. */
function onceAsked({ aws }: LocalStack): (state: RolloutState) => void {
  let isAsked = false;
  return ({ phase, rolloutId }) => {
    if (isAsked || phase !== 'awaitingApproval') return;
    isAsked = true;
    answer(aws.inboxUrl, rolloutId).catch((error: unknown) => {
      tell(`The approval failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  };
}

async function answer(inboxUrl: string, rolloutId: string): Promise<void> {
  const links = await approvalLinks(inboxUrl, rolloutId, sampleApprovers.length);
  tell(
    byHand
      ? 'It waits for approval. Open each link and decide:'
      : 'It waits for approval. What three people got as direct messages:',
  );
  for (const { to, url } of links) tell(`  ${to.padEnd(30)} ${url}`);
  if (byHand) return;
  await Promise.all(links.map(({ url }) => decideByLink(url, { action: 'approve' })));
  tell('Approved by all three, by their links (npm run demo -- --approve waits for your own clicks).');
}

/** Applies the sample's spec for the driver that is shown. */
async function applyPace({ clients, service }: LocalStack, options?: SampleOptions): Promise<void> {
  if (driver === undefined) return applySpec(clients, service, 'quick', options);
  await applyText(clients, specInOneService(driver, service, 'quick', options));
}

async function demonstrate(dependencies: Dependencies): Promise<Report> {
  const stack = await startLocalStack(supervisor, tell, false, deployStack, block);
  if (driver !== undefined) await moveTrafficByEcs(stack.clients, stack.service, stack.aws.accountId);
  if (driver === 'ecs-native') await pauseForRollouts(stack.clients);
  tell('Deploying the data probe, which asks a real PostgreSQL and a real Redis');
  await deployDataProbe(stack, dependencies);
  const { url } = stack.service;
  const traffic = startTraffic(url, requestsPerSecond);
  tell(`Ready after ${seconds()} s. ${requestsPerSecond} requests/s go to ${url}`);
  tell(`What people would be told arrives at ${stack.aws.inboxUrl}`);

  tell(`\n${brings} ${versions.good.tag}, a good version; three people have to approve it`);
  await applyPace(stack, { approved: true, ...(driver === undefined && { checks: sampleChecks }) });
  const good = await rollOut(stack, versions.good, onceAsked(stack));
  await applyPace(stack);
  const checks = reportChecks(good.followed);
  tell(`${checks.length} checks before it, such as:`);
  for (const { name, result, saw } of checks.filter((one) => ['postgresql', 'redis', 'cluster'].includes(one.name)))
    tell(`  ${name.padEnd(11)} ${result}: ${saw}`);
  const report = { good: reportGood(good.followed, await stack.truth.stats(), good.seconds), checks };

  tell(`\n${brings} ${versions.bad.tag}, a bad version: errors and slow answers for a share of its requests`);
  const bad = await rollBack(stack, versions.bad);
  tell(notifiedLine(await allNotified(stack.aws.inboxUrl, stack.clients.store)));
  if (!all) {
    await traffic.stop();
    return { ...report, bad };
  }

  tell(
    `\nA dependency fails for 1 % of its calls. Pushing ${versions.subtle.tag}, which calls it three times a request`,
  );
  await applySpec(stack.clients, stack.service, 'patient');
  await traffic.dependencyFails(0.01);
  await untilBluesPastShows(stack);
  const subtle = await rollBack(stack, versions.subtle);

  tell(`\nPushing ${versions.next.tag}, a good version; an outage of the dependency will hit blue and green alike`);
  await traffic.dependencyFails(0);
  const outage = await rollOut(stack, versions.next, outageDuring(traffic));
  const outageReport = reportGood(outage.followed, await stack.truth.stats(), outage.seconds);
  await traffic.stop();
  return { ...report, bad, subtle, outage: outageReport };
}

/** Requests after which blue's errors are in the metrics that the gates will read as its past. */
const requestsOfPast = 4_000;

async function untilBluesPastShows({ truth }: LocalStack): Promise<void> {
  await truth.reset();
  while ((await truth.stats()).requests < requestsOfPast) await sleep(500);
}

async function rollBack(stack: LocalStack, version: SampleVersion) {
  const { followed, seconds: took } = await rollOut(stack, version);
  const { truth } = stack;
  const { stats, changes } = await settledTruth(truth, followed.state);
  return reportBad(followed, stats, changes, took);
}

function seconds(): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}

let exitCode = 1;
let dependencies: Dependencies | undefined;
try {
  dependencies = await startDependencies();
  const report = await demonstrate(dependencies);
  const peak = await memory.stop();
  for (const line of summaryLines(report, { seconds: seconds(), peakMegabytes: peak })) tell(line);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  const { good, bad } = report;
  const { subtle, outage } = report;
  const asPromised =
    good.outcome === 'Succeeded' &&
    good.failed === 0 &&
    report.checks.every(({ result }) => result !== 'failed') &&
    (driver !== undefined || report.checks.filter(({ result }) => result !== 'unknown').length >= 20) &&
    bad.outcome === 'RolledBack' &&
    (!all || (subtle?.outcome === 'RolledBack' && outage?.outcome === 'Succeeded'));
  exitCode = asPromised ? 0 : 1;
} catch (error) {
  // What breaks while everything is being stopped is no failure of its own.
  if (!interruption.happened) tell(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  await supervisor.stopAll();
  await dependencies?.stop();
}
process.exit(exitCode);
