import { Command } from 'commander';
import type { StartRequest } from '../../usecases/people/command-request.ts';
import { inSeconds } from '../../rollout/drill.ts';
import { formatDuration } from '../../specification/quantity.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { lastRehearsal, type Rehearsal, rolloutsLookedThrough } from '../../view/last-rehearsal.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { confirm } from '../confirm.ts';
import { checkTimeout } from '../follow.ts';
import { haveDone, startedArn } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { type FollowOptions, startAndFollow } from '../start-and-follow.ts';
import { asOption, durationOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends FollowOptions {
  readonly as?: string;
  readonly reason: string;
  readonly giveUpKept?: boolean;
  readonly yes?: boolean;
}

/** `sluice drill`: rehearses a rollback on a real stage, and shows its figures. */
export function drillCommand(context: CliContext): Command {
  return new Command('drill')
    .description('rehearse a rollback on a real stage, with the version that serves, and show its figures')
    .addCommand(rollbackCommand(context))
    .addCommand(lastCommand(context));
}

function rollbackCommand(context: CliContext): Command {
  const command = new Command('rollback')
    .description('roll the version that serves out beside itself, give it its first step, and roll it back')
    .argument('<service>', 'the service, as its spec names it', recordName)
    .addOption(reasonOption(true))
    .option('--give-up-kept', 'the version that is kept for a quick rollback may go: the drill needs its slot')
    .option('--yes', 'do not ask')
    .addOption(asOption('who orders it, for the record; AWS verifies the principal that calls'))
    .option('--wait', 'wait until it is over; exit with 1 where it did not pass')
    .option('--no-watch', 'on a terminal: do not show it while it runs')
    .option('--timeout <duration>', 'stop waiting after it, such as 30m', durationOption)
    .option('--json', 'print the rollout as JSON')
    .addHelpText(
      'after',
      "\nThe spec has to allow it in the stage: drills: { rollback: [staging] }. It waits for nothing, and is refused while a rollout, a release, an emergency, an incident, a maintenance page, a freeze or a stop is there.\nTo end it early: sluice abort <service> --reason '…'\n\nExample:\n  sluice drill rollback web --reason 'quarterly drill' --wait",
    );
  return withStackOptions(command).action((service: string, options: Options) => drill(service, options, context));
}

async function drill(service: string, options: Options, context: CliContext): Promise<void> {
  checkTimeout(options);
  const stack = await context.connect(options);
  await confirm(
    `In stage ${options.stage} the version of ${service} that serves will run in its other slot as well, get at most 10 % of the traffic for up to 5 minutes, and be rolled back. Users get the same version from both sides.`,
    options.yes,
    context,
  );
  const request: StartRequest = {
    ...{ command: 'start', service, drill: 'rollback', reason: options.reason },
    execution: `cli-${service}-${String(context.now().getTime())}-${context.randomId()}`,
    ...(options.giveUpKept === true && { givesUpKept: true }),
    ...callerNames(options, context),
  };
  const begin = async () => startedArn(await haveDone(request, stack));
  await startAndFollow({ service, begin, what: 'The drill is ordered' }, options, stack, context);
}

function lastCommand(context: CliContext): Command {
  const command = new Command('last')
    .description(
      'show the newest drill or rollback of a service, with its figures; exit with 1 where a drill did not pass',
    )
    .argument('<service>', 'the service', recordName)
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  sluice drill last web');
  return withStackOptions(command).action(
    async (service: string, options: StackOptions & { readonly json?: boolean }) => {
      const stack = await context.connect(options);
      const [found, applied] = await Promise.all([lastRehearsal(service, stack.store), stack.store.spec(service)]);
      if (found === undefined) throw noneFound(service, applied !== undefined, options.stage);
      const moved = await movedIn(found.rolloutId, stack);
      if (options.json === true) context.out(jsonText({ service, ...found, requestsMoved: moved ?? null }));
      else for (const line of rehearsalLines(found, moved)) context.out(printable(line));
      context.exitWith(found.passed ? 0 : 1);
    },
  );
}

function noneFound(service: string, isKnown: boolean, stage: string): CliFailure {
  return new CliFailure(
    isKnown
      ? `None of the newest ${String(rolloutsLookedThrough)} rollouts of ${service} in stage ${stage} is a drill, or was rolled back with traffic. Run one: sluice drill rollback ${service} --stage ${stage} --reason "…"`
      : `Stage ${stage} knows no service "${service}". See which there are: sluice list --stage ${stage}`,
  );
}

/** What CloudWatch counted after the restoration; `undefined` where there were no requests, or it is not counted yet. */
interface Moved {
  readonly blue: number;
  readonly green: number;
  readonly seconds: number;
}

async function movedIn(rolloutId: string, { store }: Stack): Promise<Moved | undefined> {
  const events = await store.events(rolloutId, 0);
  const last = events.findLast(({ event: { type } }) => type === 'RequestsMoved' || type === 'RequestsNotMoved')?.event;
  if (last?.type !== 'RequestsMoved' && last?.type !== 'RequestsNotMoved') return undefined;
  const { blue, green, seconds } = last;
  return { blue, green, seconds };
}

function rehearsalLines({ kind, passed, drilled, ...found }: Rehearsal, moved: Moved | undefined): readonly string[] {
  const what = kind === 'drill' ? `drill, which ${passed ? 'passed' : 'did NOT pass'}` : 'rollback that users needed';
  const { acceptedMilliseconds: accepted } = found;
  const rows = [
    ['ended', found.endedAt],
    ...(drilled === undefined
      ? []
      : [
          ['green had', `${String(drilled.weight)} % for ${formatDuration(drilled.seconds ?? 0)}`],
          ['went back because', drilled.reason],
        ]),
    ['accepted', accepted === undefined ? 'no traffic was put back' : `${String(accepted)} ms after the decision`],
    ['propagated', 'within about 10 s of that, which AWS does not tell'],
    ['users', movedText(moved)],
    ...(drilled === undefined ? [] : [['whole rollback', `${inSeconds(drilled.wholeMilliseconds)} from the decision`]]),
  ];
  return [`${found.rolloutId}: ${what}`, ...table(rows).map((line) => `  ${line}`)];
}

function movedText(moved: Moved | undefined): string {
  if (moved === undefined) return 'not counted: CloudWatch is minutes late, or there were no requests';
  const { blue, green, seconds } = moved;
  return `${String(blue)} requests on blue within ${String(seconds)} s, ${String(green)} on green`;
}
