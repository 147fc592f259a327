import { Command } from 'commander';
import { stringify } from 'yaml';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import { CliFailure, type CliContext, type Stack, type StackOptions } from '../cli-context.ts';
import { table } from '../rollout-view.ts';
import { positiveInteger, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';
import { changeLine, specDifference } from '../../view/spec-difference.ts';
import { readable } from '../terminal/readable.ts';
import { printable } from '../../specification/text/plain-text.ts';

interface Options extends StackOptions {
  readonly show?: number;
  readonly diff?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

function unknownService(service: string, stage: string): CliFailure {
  return new CliFailure(
    `Stage ${stage} has no spec of a service "${service}". Check the name and --stage, or apply one with: sluice apply <file> --stage ${stage}`,
  );
}

/** Returns why there is no such version: no spec at all, or no version of that number. */
async function unknownVersion(service: string, { show, stage }: Options, store: Stack['store']): Promise<CliFailure> {
  if (show === undefined || (await store.spec(service)) === undefined) return unknownService(service, stage);
  return new CliFailure(
    `The spec of ${service} has no version ${show}. See which there are with: sluice history ${service} --stage ${stage}`,
  );
}

/** A version as a person reads it: who and when above, and the spec with all of its defaults. */
function whole({ version, appliedBy, appliedAt, spec }: StoredSpec): readonly string[] {
  const head = `# version ${version} of ${spec.service}, applied by ${JSON.stringify(appliedBy)} at ${appliedAt}; durations in seconds, shares as 0..1`;
  return [head, ...stringify(spec, { lineWidth: 0 }).trimEnd().split('\n')];
}

/** `sluice history <service>`: the applied versions of its spec, newest first, or one of them whole. */
export function historyCommand(context: CliContext): Command {
  const command = new Command('history')
    .description("list the applied versions of a service's spec, with who and when")
    .argument('<service>', 'the service, as its spec names it', recordName)
    .option('--show <number>', 'show this version whole, with its defaults', positiveInteger)
    .option('--diff', 'show what the newest version changed, or with --show what that one did')
    .option('--limit <number>', 'how many at most', positiveInteger, 20)
    .option('--json', 'print them as a JSON array; of one version, the version')
    .addHelpText(
      'after',
      '\nExamples:\n  sluice history web\n  sluice history web --show 3\n  sluice history web --diff',
    );
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const { store } = await context.connect(options);
    if (options.diff === true) {
      await showDifference(service, options, store, context);
      return;
    }
    if (options.show !== undefined) {
      const found = await store.specVersion(service, options.show);
      if (found === undefined) {
        throw await unknownVersion(service, options, store);
      }
      if (options.json) context.out(jsonText(found));
      else for (const line of whole(found)) context.out(line);
      return;
    }
    const versions = await store.specVersions(service, options.limit);
    if (versions.length === 0) throw unknownService(service, options.stage);
    if (options.json) {
      context.out(jsonText(versions));
      return;
    }
    const rows = versions.map(({ version, appliedAt, appliedBy }) => [String(version), appliedAt, appliedBy]);
    for (const line of table([['VERSION', 'APPLIED', 'BY'], ...rows])) context.out(line);
  });
}

/** Prints what one version changed in the one before it. */
async function showDifference(
  service: string,
  options: Options,
  store: Stack['store'],
  { out, timeZone }: CliContext,
): Promise<void> {
  const { show, json } = options;
  const after = show === undefined ? await store.spec(service) : await store.specVersion(service, show);
  if (after === undefined) throw await unknownVersion(service, options, store);
  const { version, appliedBy, appliedAt } = after;
  const before = version === 1 ? undefined : await store.specVersion(service, version - 1);
  if (before === undefined) {
    throw new CliFailure(`Version ${version} of ${service} is the first one: there is nothing to compare it with.`);
  }
  const changes = specDifference(before.spec, after.spec);
  if (json === true) {
    out(jsonText(changes));
    return;
  }
  const head = `version ${version - 1} → ${version} of ${service}, applied by ${appliedBy} at ${appliedAt}`;
  out(printable(readable(`${head} (durations in seconds, shares as 0..1)`, timeZone())));
  for (const change of changes) out(printable(changeLine(change)));
}
