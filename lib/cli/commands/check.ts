import { Command } from 'commander';
import { printable } from '../../specification/text/plain-text.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { type CheckedResult, checkService, wouldHoldUp } from '../../usecases/checks/check-service.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../rollout-view.ts';
import { recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly image?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `sluice check <service>`: the checks before a rollout, without one. Changes nothing. */
export function checkCommand(context: CliContext): Command {
  const command = new Command('check')
    .description('run the checks before a rollout of a service, without one; changes nothing')
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--image <tag or digest>', 'check this image instead of the one that serves')
    .option('--all', 'also run the checks that the spec does not turn on; these only warn')
    .option('--json', 'print the results as a JSON array')
    .addHelpText(
      'after',
      '\nExits with 1 where a check would hold up a rollout: it failed, or could not find out. A missing right is named.\n\nExamples:\n  sluice check web\n  sluice check web --image 412-9f8d111 --json',
    );
  return withStackOptions(command).action((service: string, options: Options) => check(service, options, context));
}

async function check(service: string, options: Options, context: CliContext): Promise<void> {
  const stack = await context.connect(options);
  const { store } = stack;
  const applied = await store.spec(service);
  if (applied === undefined)
    throw new CliFailure(
      `Stage ${options.stage} has no spec of a service "${service}". Check the name and --stage, or apply one with: sluice apply <file> --stage ${options.stage}`,
    );
  const { now, sleep } = context;
  const [slots, registry, checked] = await Promise.all([stack.slots(), stack.registry(), stack.checked()]);
  const read = { ...slots, ...checked, registry, store, now, sleep };
  const results = await checkService(applied, options, read).catch((error: unknown) => {
    throw error instanceof Refusal ? new CliFailure(error.message) : error;
  });
  if (options.json) context.out(jsonText(results));
  else for (const line of linesOf(results)) context.out(line);
  if (results.some((result) => wouldHoldUp(result))) context.exitWith(1);
}

function linesOf(results: readonly CheckedResult[]): readonly string[] {
  const rows = results.map(({ name, result = 'unknown', saw, milliseconds = 0, waived }) => [
    waived === undefined ? result : `${result}, waived`,
    name,
    `${String(milliseconds)} ms`,
    printable(saw),
  ]);
  const fixes = results.flatMap(({ name, passed, fix }) =>
    passed || fix === undefined ? [] : [`${name}: ${printable(fix)}`],
  );
  const held = results.filter((result) => wouldHoldUp(result)).map(({ name }) => name);
  return [
    ...table([['RESULT', 'CHECK', 'TIME', 'SAW'], ...rows]),
    ...(fixes.length === 0 ? [] : ['', 'To fix:', ...fixes.map((fix) => `  ${fix}`)]),
    '',
    held.length === 0 ? 'No check would hold up a rollout.' : `A rollout would be held up by: ${held.join(', ')}`,
  ];
}
