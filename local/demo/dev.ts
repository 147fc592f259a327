import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { RecordedEvent } from '../../lib/rollout/events.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { startLoad } from '../load/load.ts';
import { readOptions } from '../process/read-options.ts';
import { stopOnSignals } from '../process/stop-on-signals.ts';
import { createSupervisor } from '../process/supervisor.ts';
import { sample } from '../sample/sample-names.ts';
import { startLocalStack } from '../stack/local-stack.ts';
import { announceStack } from '../stack/running-stack.ts';
import { followRollout } from './follow.ts';
import { liveView } from './live-view.ts';

/** The load ends by itself, should this process be forgotten. */
const longestHours = 8;
const requestsPerSecond = 50;
const longestRolloutSeconds = 3600;

readOptions('npm run dev\nKeeps the local stack up, under traffic, until Ctrl-C; it takes no options.', {});

/** Shows the next rollout of the sample service, from its opening to its end. */
async function showNext(store: RolloutStore): Promise<void> {
  const [newest] = await store.list(sample.service, 1);
  while ((await store.list(sample.service, 1))[0]?.rolloutId === newest?.rolloutId) await sleep(500);
  const { stdout } = process;
  const view = liveView({ write: (text) => stdout.write(text), isTTY: stdout.isTTY, columns: stdout.columns });
  const show = (state: RolloutState, news: readonly RecordedEvent[]) => {
    view.update(state, news);
  };
  try {
    await followRollout(store, sample.service, newest?.rolloutId, show, longestRolloutSeconds);
  } finally {
    view.end();
  }
}

const tell = (line: string) => process.stdout.write(`${line}\n`);
const supervisor = createSupervisor();
const interruption = { happened: false };
stopOnSignals(supervisor, {
  onStopping: () => {
    interruption.happened = true;
    tell('\nStopping');
  },
});

try {
  const stack = await startLocalStack(supervisor, tell);
  const { service, clients, aws } = stack;
  const forget = await announceStack(aws, service.url);
  process.on('exit', forget);
  startLoad({ url: service.url, requestsPerSecond, maxSeconds: longestHours * 3600 });
  tell(`
The stack is up, with ${requestsPerSecond} requests/s to the sample service at ${service.url}
What people would be told arrives at ${aws.inboxUrl}
In another terminal:
  npx --no sluice push good                      push a good version
  npx --no sluice push bad                       push a bad one
  npx --no sluice watch ${sample.service} --stage local
  npx --no sluice open --stage local             print a link to the pages of services and rollouts
  npx --no sluice notify test ${sample.service} --stage local
  npx --no sluice list ${sample.service} --stage local
Ctrl-C ends everything.
`);
  for (;;) await showNext(clients.store);
} catch (error) {
  // What is being stopped answers nobody: that is no failure, and the exit code is the signal's.
  if (interruption.happened) await new Promise<never>(() => undefined);
  tell(`The local stack failed: ${error instanceof Error ? error.message : String(error)}`);
  await supervisor.stopAll();
  process.exit(1);
}
