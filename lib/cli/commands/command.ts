import { Command } from 'commander';
import type { ToldRequest } from '../../usecases/people/command-request.ts';
import { commandRollout } from '../../usecases/people/command-rollout.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { findRollout } from '../find-rollout.ts';
import { haveDone, haveStopped } from '../have-done.ts';
import { rolloutJson } from '../rollout-view.ts';
import { asOption, reasonOption, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly as?: string;
  readonly reason?: string;
  readonly full?: boolean;
  readonly json?: boolean;
}

interface Verb {
  readonly name: 'pause' | 'resume' | 'promote' | 'override' | 'abort' | 'retry';
  readonly description: string;
  /** Whether a reason must be given. */
  readonly needsReason?: boolean;
  /** What is told once it is recorded. */
  readonly done: string;
  /** The same with `--full`. */
  readonly doneFully?: string;
  readonly help: string;
  /** What somebody would write. */
  readonly example: string;
}

const verbs: readonly Verb[] = [
  {
    name: 'pause',
    description: 'hold a rollout: no traffic is shifted until it is resumed',
    done: 'Paused. Its gates are judged on, and a failing one rolls it back. Let it go on with: sluice resume',
    help: 'Holds at once: no shift can pass it.',
    example: "web --reason 'errors in the checkout'",
  },
  {
    name: 'resume',
    description: 'let a paused rollout go on',
    done: 'Resumed. It goes on at its next evaluation. Follow it with: sluice status --wait',
    help: 'Acts at the next evaluation of the rollout, at most a period of its spec away.',
    example: "web --reason 'the checkout is fine'",
  },
  {
    name: 'promote',
    description: 'skip the rest of the step under way',
    done: 'The rest of the step is skipped at the next evaluation, unless a gate fails there. Follow it with: sluice status --wait',
    doneFully:
      'All steps up to the last one are skipped at the next evaluation, unless a gate fails there; the last one is watched as ever. Follow it with: sluice status --wait',
    help: 'Acts at the next evaluation of the rollout, which judges the gates first: a green that fails is rolled back all the same.',
    example: "web --full --reason 'a fix that cannot wait'",
  },
  {
    name: 'override',
    description: 'let a rollout go on despite windows, freezes and stops, as a second person',
    needsReason: true,
    done: 'It goes on in spite of what is closed now. Follow it with: sluice status --wait',
    help: 'Takes a person of the spec who did not request the rollout. A stop that begins later holds it again.',
    example: "web --as ana@example.com --reason 'a fix that cannot wait'",
  },
  {
    name: 'abort',
    description: 'roll a rollout back, at once',
    needsReason: true,
    done: 'Being rolled back. Follow it with: sluice status --wait',
    help: 'Starts the rollback machine at once.',
    example: "web --reason 'errors in the checkout'",
  },
  {
    name: 'retry',
    description: 'try the image of an ended rollout again, or a task that waits for a decision',
    done: 'It is tried again. Follow it with: sluice status --wait',
    help: 'Of a rollout that has ended: starts a new one with the same digest and the spec that is applied now. Where a task before traffic waits for a decision: runs the task again.',
    example: "web --reason 'the database was down'",
  },
];

/** Makes a verb that tells a rollout what to do; each is an event of its record, with who and why. */
export function commandVerb(name: Verb['name']): (context: CliContext) => Command {
  const verb = verbs.find((one) => one.name === name);
  if (verb === undefined) throw new Error(`There is no verb ${name}.`);
  return (context) => verbCommand(verb, context);
}

function verbCommand(verb: Verb, context: CliContext): Command {
  const { name, description, needsReason = false, help, example } = verb;
  const command = new Command(name)
    .description(description)
    .argument('<service|rollout>', 'a rollout, or a service, whose newest rollout is meant', recordName)
    .addOption(
      asOption('who says so, for the record; AWS verifies the principal that calls, and the record has that, too'),
    )
    .option('--json', 'print the rollout as JSON')
    .addOption(reasonOption(needsReason))
    .addHelpText('after', `\n${help}\n\nExample:\n  sluice ${name} ${example}`);
  if (name === 'promote') command.option('--full', 'skip all steps up to the last one, too');
  return withStackOptions(command).action((rollout: string, options: Options) => tell(rollout, verb, options, context));
}

async function tell(rollout: string, verb: Verb, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const found = await findRollout(stack, rollout, options.stage);
  const { rolloutId } = found.state;
  const command = verb.name === 'promote' && options.full === true ? 'promoteFully' : verb.name;
  const { reason } = options;
  const names = callerNames(options, context);
  const request: ToldRequest = { command, rollout: rolloutId, ...names, ...(reason !== undefined && { reason }) };
  const directly = directlyFor(command, rolloutId, { by: names.as ?? names.user, reason }, stack, context);
  if (directly === undefined) await haveDone(request, stack);
  else await haveStopped(request, stack, context, directly);
  const done = command === 'promoteFully' ? (verb.doneFully ?? verb.done) : verb.done;
  if (options.json === true) {
    const after = (await stack.store.load(rolloutId))?.state ?? found.state;
    context.out(jsonText(rolloutJson(after)));
  } else
    context.out(
      `${rolloutId}: ${done.replace(/(sluice \w+)/, `$1 ${verb.name === 'retry' ? found.state.service : rolloutId} --stage ${options.stage}`)}`,
    );
}

/** What stops a rollout goes on without the API: rolling back needs no table, a pause has to be written there. */
function directlyFor(
  command: ToldRequest['command'],
  rolloutId: string,
  { by, reason = '' }: { readonly by: string; readonly reason: string | undefined },
  stack: Stack,
  { now }: CliContext,
): (() => Promise<unknown>) | undefined {
  if (command === 'abort') return () => stack.startRollback(rolloutId, { by: `${by}, without the API`, reason });
  if (command !== 'pause') return undefined;
  const decider = { by, how: 'command', ...(reason !== '' && { reason }), direct: true } as const;
  return async () => {
    const paused = await commandRollout(rolloutId, 'pause', decider, {
      store: stack.store,
      now,
      startRollback: (id, wanted) => stack.startRollback(id, wanted),
      startRollout: (name, input) => stack.executions.start(name, input),
    });
    if (paused.outcome === 'refused') throw new CliFailure(paused.reason);
  };
}
