import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import { eventAt, eventFolder } from '../../lib/storage/archive/object-keys.ts';
import { startLoad } from '../../local/load/load.ts';
import { readOptions } from '../../local/process/read-options.ts';
import { stopOnSignals } from '../../local/process/stop-on-signals.ts';
import { createSupervisor } from '../../local/process/supervisor.ts';
import { startSampleRollout } from '../../local/sample/start-rollout.ts';
import { applySpec, type LocalStack, startLocalStack } from '../../local/stack/local-stack.ts';
import { untilBaking } from '../console/until-baking.ts';
import { median } from '../rollback/median.ts';

const help = `npm run bench:archive -- [options]
  --json   print what was measured as JSON on the last line
How long after an event of a rollout is recorded its copy lies in the archive, named by a signed checkpoint, on the local stack.
Exit code 1 where the median takes 5 s or more, or an event is not archived.`;

const boundSeconds = 5;
/** What bakes writes an event with each evaluation. */
const watchedMs = 60_000;
const pollMs = 200;

const values = readOptions(help, { json: { type: 'boolean', default: false } });
const tell = (line: string) => (values.json ? process.stderr : process.stdout).write(`${line}\n`);
await bench();

async function bench(): Promise<void> {
  const supervisor = createSupervisor();
  stopOnSignals(supervisor);
  try {
    const stack = await startLocalStack(supervisor, tell);
    await applySpec(stack.clients, stack.service, 'idle');
    const load = startLoad({ url: stack.service.url, requestsPerSecond: 20, maxSeconds: 900 });
    const before = await startSampleRollout(versions.good, stack);
    const lags = await measureLags(stack, before);
    await load.stop();
    report(lags);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  } finally {
    await supervisor.stopAll();
  }
}

/** Seconds from each event of the newest rollout to its copy; `undefined` for one that has none in time. */
async function measureLags(stack: LocalStack, before: string | undefined): Promise<readonly (number | undefined)[]> {
  const { store } = stack.clients;
  const seen = new Map<number, number>();
  const s3 = new S3Client({ ...emulatorOf(stack), forcePathStyle: true });
  const Bucket = await archiveBucket(stack);
  const rolloutId = await untilOpen(stack, before);
  const end = new AbortController();
  const watching = watchFolder(s3, Bucket, eventFolder(rolloutId), seen, end.signal);
  await untilBaking(stack, before);
  await sleep(watchedMs);
  const events = await store.events(rolloutId, 0);
  // As long as the newest one may take.
  await sleep(4 * boundSeconds * 1000);
  end.abort();
  await watching;
  return events.map(({ sequence, at }) => {
    const archived = seen.get(sequence);
    return archived === undefined ? undefined : Math.max(0, archived - Date.parse(at)) / 1000;
  });
}

function emulatorOf({ aws: { emulator, region } }: LocalStack) {
  return { endpoint: emulator.endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
}

async function archiveBucket(local: LocalStack): Promise<string> {
  const client = new CloudFormationClient(emulatorOf(local));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'sluice-local' }));
  const bucket = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ArchiveBucketName')?.OutputValue;
  if (bucket === undefined) throw new Error('Stack sluice-local has no output ArchiveBucketName.');
  return bucket;
}

async function untilOpen({ clients }: LocalStack, before: string | undefined): Promise<string> {
  for (const until = performance.now() + 120_000; performance.now() < until;) {
    await sleep(pollMs);
    const newest = (await clients.store.list('web', 1))[0]?.rolloutId;
    if (newest !== undefined && newest !== before) return newest;
  }
  throw new Error('No rollout opened in two minutes; see .sluice/logs.');
}

/** Keeps when each event of a folder was there first. */
async function watchFolder(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  seen: Map<number, number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
      const now = Date.now();
      for (const { Key = '' } of Contents) {
        const sequence = eventAt(Key)?.sequence;
        if (sequence !== undefined && !seen.has(sequence)) seen.set(sequence, now);
      }
    }
    await sleep(pollMs);
  }
}

function report(lags: readonly (number | undefined)[]): void {
  const archived = lags.filter((lag) => lag !== undefined);
  const middle = median(archived);
  const slowest = Math.max(...archived);
  const missing = lags.length - archived.length;
  const held = middle < boundSeconds && missing === 0;
  tell(
    `${held ? 'holds' : 'FAILS'}  archived after ${middle.toFixed(2)} s in the median, ${slowest.toFixed(2)} s at most, bound ${boundSeconds} s; ${lags.length} events, ${missing} not archived`,
  );
  if (!held) process.exitCode = 1;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ median: middle, slowest, events: lags.length, missing })}\n`);
}
