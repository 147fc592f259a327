import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { Command } from 'commander';
import { judgeClose } from '../../approval/judge-close.ts';
import type { StoredRollout } from '../../ports/rollout-store.ts';
import { isActive } from '../../rollout/phase.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { liveTraffic, type LiveTraffic } from '../../usecases/rollback/live-traffic.ts';
import { requestClose } from '../../usecases/people/request-close.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { callerNames } from '../caller-names.ts';
import { confirm } from '../confirm.ts';
import { findRollout } from '../find-rollout.ts';
import { haveStopped } from '../have-done.ts';
import { rolloutJson, rolloutLines } from '../rollout-view.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason: string;
  readonly trafficAsItIs?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Beyond this the machine has not started, or something that it needs does not answer. */
const patienceMilliseconds = 60_000;
const pollMilliseconds = 500;
/** As much of the live traffic as a command takes. */
const mostLines = 50;
const longestLine = 600;

/** `sluice close <service|rollout>`: ends a rollback that cannot end by itself, and leaves traffic and tasks as they are. */
export function closeCommand(context: CliContext): Command {
  const command = new Command('close')
    .description('end a rollback that cannot end by itself: traffic and tasks stay as they are')
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .addOption(asOption('who says so, for the record; by default the user of this machine'))
    .addOption(reasonOption(true))
    .option('--traffic-as-it-is', 'also where traffic is not wholly on a side with healthy targets')
    .option('--yes', 'do not ask')
    .option('--json', 'print the rollout as JSON')
    .addHelpText(
      'after',
      [
        '',
        'For a rollback whose attempts fail again and again, such as one whose blue never passes its health check.',
        'Stays as it is: the weights of all rules, and the tasks of blue and green.',
        'Put back: autoscaling, header rules of the rollout, its guard, the lock of the service. No further attempt follows.',
        '',
        'Example:',
        "  sluice close web --reason 'blue serves, its health path asks for a login'",
      ].join('\n'),
    );
  return withStackOptions(command).action((rollout: string, options: Options) => close(rollout, options, context));
}

async function close(rollout: string, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const found = await findRollout(stack, rollout, options.stage);
  const { state } = found;
  const decider = { by: options.as ?? context.user(), how: 'command', reason: options.reason } as const;
  const judged = judgeClose(state, decider, []);
  if (judged.outcome === 'refused') throw new CliFailure(judged.reason);
  const live = await liveTraffic(state, await stack.slots());
  for (const line of whatFollows(state, live)) context.err(line);
  refuseUnserved(live, options);
  await confirm(`The rollback of ${state.rolloutId} will be closed as it is.`, options.yes, context);

  const { rolloutId } = state;
  const traffic = live.lines.map((line) => line.slice(0, longestLine)).slice(0, mostLines);
  const request = { command: 'close', rollout: rolloutId, reason: options.reason, traffic } as const;
  await haveStopped({ ...request, ...callerNames(options, context) }, stack, context, async () => {
    const directly = { ...decider, direct: true };
    const decided = await requestClose(rolloutId, directly, live.lines, {
      store: stack.store,
      now: context.now,
      startClosing: (id, wanted) => stack.startClosing(id, wanted),
    });
    if (decided.outcome === 'refused') throw new CliFailure(decided.reason);
  });
  const ended = await untilEnded((await stack.store.load(rolloutId)) ?? found, options, stack, context);
  if (options.json === true) context.out(jsonText(rolloutJson(ended.state)));
  else for (const line of rolloutLines(ended.state, context.now())) context.out(line);
}

function whatFollows({ rolloutId, spec, green, autoscaling }: RolloutState, { lines }: LiveTraffic): readonly string[] {
  const scaling =
    autoscaling?.blue === undefined ? [] : ['autoscaling of the side that serves, as it was before the rollout'];
  return [
    `Rollback of ${rolloutId}`,
    ...[...lines, `green's tasks (${workloadOf(spec, green).service})`].map((line) => `  stays     ${line}`),
    ...[...scaling, `header rules of ${rolloutId} are removed`, 'the guard is off', 'the lock is released'].map(
      (line) => `  put back  ${line}`,
    ),
  ];
}

function refuseUnserved({ serves, isHealthy }: LiveTraffic, { trafficAsItIs }: Options): void {
  if (isHealthy || trafficAsItIs === true) return;
  const why =
    serves === undefined
      ? 'traffic is not wholly on one side, or that could not be read'
      : `all traffic is on ${serves}, of which no healthy target could be seen`;
  throw new CliFailure(
    `Nothing was done: ${why}. Move traffic to a side that serves first, or add --traffic-as-it-is to leave it so.`,
  );
}

async function untilEnded(
  from: StoredRollout,
  { stage }: Options,
  { store }: Stack,
  { now, sleep }: CliContext,
): Promise<StoredRollout> {
  const { rolloutId } = from.state;
  const until = now().getTime() + patienceMilliseconds;
  for (let stored = from; ; stored = (await store.load(rolloutId)) ?? stored) {
    if (!isActive(stored.state)) return stored;
    if (now().getTime() >= until) {
      throw new CliFailure(
        `The request is recorded, but ${rolloutId} is not closed after ${patienceMilliseconds / 1000} s. It is tried again by itself. Look with: sluice status ${rolloutId} --stage ${stage}`,
      );
    }
    await sleep(pollMilliseconds);
  }
}
