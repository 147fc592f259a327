import { Command } from 'commander';
import type { RolloutState } from '../../rollout/state.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { choiceOption } from '../choice-option.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { findWithLogs } from '../logs/find-with-logs.ts';
import { jsonText } from '../json-text.ts';
import { followLines } from '../logs/follow-lines.ts';
import { leftOutOf, readLines, type ShownLine } from '../logs/read-lines.ts';
import { type Side, sourcesOf } from '../logs/sides-to-read.ts';
import { durationOption, positiveInteger, recordName, withStackOptions } from '../stack-options.ts';
import { localTime } from '../terminal/readable.ts';

interface Options extends StackOptions {
  readonly side?: Side;
  readonly since: number;
  readonly lines: number;
  readonly follow?: boolean;
  readonly timeout: number;
  readonly json?: boolean;
}

/** Longer lines are cut: nobody reads them on a terminal. */
const longestLine = 4_000;
const most = { lines: 10_000, shown: '500' } as const;

/** `sluice logs <service|rollout>`: what the tasks of green and blue write, from CloudWatch Logs. */
export function logsCommand(context: CliContext): Command {
  const command = new Command('logs')
    .description("show log lines of green's and blue's tasks, from CloudWatch Logs")
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .addOption(choiceOption('--side <side>', 'one side alone; by default both', ['green', 'blue']))
    .option('--since <duration>', 'how far back, such as 30m', durationOption, 600)
    .option('--lines <number>', `show the newest ones, ${most.lines} at most`, positiveInteger, Number(most.shown))
    .option('-f, --follow', 'go on with new lines until the rollout has ended')
    .option('--timeout <duration>', 'stop following after it, such as 2h', durationOption, 3_600)
    .option('--json', 'print each line as JSON')
    .addHelpText(
      'after',
      [
        '',
        'Reads with your own credentials: logs:FilterLogEvents on the log groups of the task definitions, ecs:ListTasks,',
        'ecs:DescribeTasks and ecs:DescribeTaskDefinition. Containers that do not log by awslogs are named.',
        'Control characters of what a container wrote are shown as their codes.',
        '',
        'Examples:',
        '  sluice logs web --side green',
        '  sluice logs web --follow --since 1m',
        '  sluice logs web-20260301-100000-3f9a1c --json --lines 2000 > lines.json',
      ].join('\n'),
    );
  return withStackOptions(command).action((name: string, options: Options) => logs(name, options, context));
}

async function logs(name: string, options: Options, context: CliContext): Promise<void> {
  if (options.lines > most.lines) throw new CliFailure(`--lines takes at most ${most.lines}.`, 2);
  const stack = await context.connect(options);
  const found = await findWithLogs(stack, name, options.stage);
  const { state } = found.stored;
  const sides: readonly Side[] = options.side === undefined ? ['blue', 'green'] : [options.side];
  const now = context.now().getTime();
  const show = shower(options, context);
  const since = now - options.since * 1000;
  const sources = await sourcesOf(state, sides, found.logs);
  if (options.follow !== true) {
    const read = await readLines(sources, { since, most: options.lines }, stack.logs);
    const { lines } = read;
    show.lines(lines);
    for (const note of [...read.notes, ...leftOutOf(read)]) show.note(note);
    if (lines.length === 0 && sources.places.length > 0)
      show.note(
        `No lines since ${localTime(new Date(since).toISOString(), context.timeZone())}. Look further back with --since.`,
      );
    return;
  }
  const again = async (): Promise<RolloutState> => (await findRollout(stack, state.rolloutId, options.stage)).state;
  const following = { sides, since, until: now + options.timeout * 1000, most: options.lines };
  const why = await followLines({ state, sources }, following, { logs: stack.logs, again, shown: show }, context);
  const next =
    why === 'the time is up' ? ` Go on with: sluice logs ${state.rolloutId} --follow --stage ${options.stage}` : '';
  show.note(`Followed to here: ${why}.${next}`);
}

function shower({ json }: Options, { out, err, paint, timeZone }: CliContext) {
  return {
    lines: (lines: readonly ShownLine[]) => {
      for (const { at, side, task, container, text } of lines) {
        const cut = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
        const time = new Date(at).toISOString();
        if (json === true) out(jsonText({ at: time, side, task, container, text: cut }));
        else {
          const from = paint(side === 'green' ? 'green' : 'cyan', side.padEnd(5));
          out(
            `${localTime(time, timeZone())} ${from} ${printable(`${task.slice(0, 8)} ${container}`)}  ${printable(cut.trimEnd())}`,
          );
        }
      }
    },
    note: (text: string) => {
      err(printable(text));
    },
  };
}
