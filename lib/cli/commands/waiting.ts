import { Command } from 'commander';
import { printable } from '../../specification/text/plain-text.ts';
import { type AllWaiting, allWaiting } from '../../usecases/opening/keep-waiting.ts';
import type { WaitingRequest } from '../../ports/waiting.ts';
import { callerNames } from '../caller-names.ts';
import type { CliContext, Stack, StackOptions } from '../cli-context.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly cancel?: string;
  readonly json?: boolean;
}

/** `sluice waiting`: the requests that wait for a rollout, a window, or the end of a freeze or a stop; and their end. */
export function waitingCommand(context: CliContext): Command {
  const command = new Command('waiting')
    .description('list the requests that wait for a rollout, a window, or the end of a freeze or a stop')
    .option('--cancel <service>', 'forget the request of a service', recordName)
    .option('--json', 'print them as a JSON array')
    .addHelpText('after', '\nOne of each service waits, the newest; the oldest request starts first.');
  return withStackOptions(command).action(async (options: Options) => {
    const stack = await context.connect(options);
    if (options.cancel !== undefined) await cancel(options.cancel, stack, options, context);
    else list(await allWaiting(stack), options, context);
  });
}

function list({ waiting, unread }: AllWaiting, options: Options, context: CliContext): void {
  show(waiting, options, context);
  for (const [service, why] of unread)
    context.err(printable(`Could not read whether a request of ${service} waits: ${why}`));
  if (unread.size > 0) context.exitWith(3);
}

function show(waiting: readonly WaitingRequest[], { json }: Options, context: CliContext): void {
  if (json === true) {
    context.out(
      jsonText(
        waiting.map(({ request: { service, image, requestedBy }, at, behind, closed }) => ({
          ...{ service, image, requestedBy, at, behind },
          closed: closed ?? null,
        })),
      ),
    );
    return;
  }
  if (waiting.length === 0) {
    context.out('No request waits.');
    return;
  }
  const rows = waiting.map(({ request: { service, image, requestedBy }, at, behind, closed }) =>
    [service, image, requestedBy, at, closed?.opensAt ?? '', closed?.reason ?? `until ${behind} has ended`].map(
      printable,
    ),
  );
  for (const line of table([['SERVICE', 'IMAGE', 'BY', 'ASKED', 'NOT BEFORE', 'WHY'], ...rows])) context.out(line);
}

async function cancel(service: string, stack: Stack, { json }: Options, context: CliContext): Promise<void> {
  const { image = '' } = await haveDone({ command: 'cancelWaiting', service, ...callerNames({}, context) }, stack);
  if (json === true) context.out(jsonText({ service, image, cancelled: true }));
  else context.out(printable(`${image} of ${service} waits no more.`));
}
