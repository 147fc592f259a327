import path from 'node:path';
import { Command } from 'commander';
import type { StopScope } from '../../ports/stops.ts';
import { messageOf } from '../../specification/text/message-of.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { busyWith } from '../idle/busy-with.ts';
import {
  beginStops,
  endStops,
  type Holder,
  leaseSeconds,
  type OwnStop,
  prolongStops,
  renewSeconds,
} from '../idle/hold-rollouts.ts';
import { asOption, durationOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly service: readonly string[];
  readonly limit: number;
  readonly wait?: number;
  readonly as?: string;
}

/** Exit code where a rollout is under way: try again later (EX_TEMPFAIL of sysexits.h). */
const notIdle = 75;
const secondsBetweenLooks = 15;

/** `sluice run-if-idle`: runs a command that changes what rollouts work with, while none is under way and none begins. */
export function runIfIdleCommand(context: CliContext): Command {
  const command = new Command('run-if-idle')
    .description('run a command, such as terraform apply, while no rollout is under way, and let none begin meanwhile')
    .argument('<command...>', 'the command with its arguments, after --')
    .option(
      '--service <name>',
      'a service that has to rest; may be given again; by default all of the stage',
      collected,
      [],
    )
    .option('--limit <duration>', 'how long rollouts are held at most', durationOption, 7200)
    .option(
      '--wait <duration>',
      'how long to wait for rollouts under way to end; by default not at all',
      durationOption,
    )
    .addOption(asOption('who says so, for the record; by default the user of this machine'))
    .addHelpText(
      'after',
      `\nExits as the command does, and with ${String(notIdle)} where a rollout is under way: then nothing was run.\n` +
        'Rollbacks are never held.\n\nExample:\n  sluice run-if-idle --service web --wait 30m -- terraform apply',
    );
  return withStackOptions(command).action((words: readonly string[], options: Options) =>
    runIfIdle(words, options, context),
  );
}

function collected(name: string, before: readonly string[]): readonly string[] {
  return [...before, recordName(name)];
}

async function runIfIdle(words: readonly string[], options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const services = await servicesMeant(options, stack);
  const holder: Holder = {
    ...callerNames(options, context),
    // Arguments may hold secrets, and the reason stays in the record.
    reason: `${path.basename(words[0] ?? '').slice(0, 100)} runs, and nothing is rolled out meanwhile`,
  };
  const begun = await heldWhileIdle(services, holder, options, stack, context);
  if (begun === undefined) {
    context.exitWith(notIdle);
    return;
  }
  let held = begun;
  try {
    const started = context.now().getTime();
    const renew = async () => {
      held = await renewed(held, holder, started + options.limit * 1000, stack, context);
    };
    context.exitWith(await context.run(words, { seconds: renewSeconds, renew }));
  } finally {
    for (const failure of await endStops(held, holder, stack)) context.err(printable(failure));
  }
}

async function servicesMeant({ service, stage }: Options, { store }: Stack): Promise<readonly string[]> {
  const known = await store.services();
  const missing = service.find((name) => !known.includes(name));
  if (missing !== undefined) throw new CliFailure(`No spec is applied for service "${missing}" in stage ${stage}.`);
  return service.length === 0 ? known : [...new Set(service)];
}

/** Begins the stops once nothing is under way; `undefined` where that does not come about in time. */
async function heldWhileIdle(
  services: readonly string[],
  holder: Holder,
  options: Options,
  stack: Stack,
  context: CliContext,
): Promise<readonly OwnStop[] | undefined> {
  const scopes: readonly StopScope[] = options.service.length === 0 ? [{}] : services.map((service) => ({ service }));
  const deadline = context.now().getTime() + (options.wait ?? 0) * 1000;
  for (;;) {
    // Looked at before anything is stopped: a stop would hold the rollout that is waited for.
    let busy = await busyWith(services, stack);
    if (busy.length === 0) {
      const held = await beginStops(scopes, holder, leaseEnd(options, context), context.now(), stack);
      busy = await lookAgain(services, held, holder, stack);
      if (busy.length === 0) return held;
    }
    if (context.now().getTime() + secondsBetweenLooks * 1000 > deadline) {
      for (const sentence of busy) context.err(printable(sentence));
      context.err('Nothing was run. Try again once it has ended, or wait for it with --wait.');
      return undefined;
    }
    await context.sleep(secondsBetweenLooks * 1000);
  }
}

/** What began between the first look and the stop. */
async function lookAgain(
  services: readonly string[],
  held: readonly OwnStop[],
  holder: Holder,
  stack: Stack,
): Promise<readonly string[]> {
  let busy: readonly string[] | undefined;
  try {
    busy = await busyWith(services, stack);
    return busy;
  } finally {
    if (busy?.length !== 0) await endStops(held, holder, stack);
  }
}

function leaseEnd({ limit }: Options, { now }: CliContext): Date {
  return new Date(now().getTime() + Math.min(limit, leaseSeconds) * 1000);
}

/** Prolongs the stops up to the limit. What fails is said: the command goes on, and is not ended by it. */
async function renewed(
  held: readonly OwnStop[],
  holder: Holder,
  limit: number,
  stack: Stack,
  { now, err }: CliContext,
): Promise<readonly OwnStop[]> {
  const until = new Date(Math.min(limit, now().getTime() + leaseSeconds * 1000));
  try {
    if (until > now()) return await prolongStops(held, holder, until, stack);
    err('The limit is reached: rollouts begin again although the command still runs. Give more with --limit.');
  } catch (error) {
    err(
      printable(
        `Rollouts could not be held for longer, and begin again within 15 min while the command still runs: ${messageOf(error)}`,
      ),
    );
  }
  return held;
}
