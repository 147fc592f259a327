import { Command } from 'commander';
import { stringify } from 'yaml';
import type { StoredSpec } from '../../ports/rollout-store.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { table } from '../rollout-view.ts';
import { positiveInteger, recordName, withStackOptions } from '../stack-options.ts';
import { jsonText } from '../json-text.ts';

interface Options extends StackOptions {
  readonly show?: number;
  readonly limit: number;
  readonly json?: boolean;
}

function unknownService(service: string, stage: string): CliFailure {
  return new CliFailure(
    `Stage ${stage} has no spec of a service "${service}". Check the name and --stage, or apply one with: sluice apply <file> --stage ${stage}`,
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
    .option('--limit <number>', 'how many at most', positiveInteger, 20)
    .option('--json', 'print them as a JSON array; of one version, the version')
    .addHelpText('after', '\nExamples:\n  sluice history web\n  sluice history web --show 3');
  return withStackOptions(command).action(async (service: string, options: Options) => {
    const { store } = await context.connect(options);
    if (options.show !== undefined) {
      const found = await store.specVersion(service, options.show);
      if (found === undefined) {
        if ((await store.spec(service)) === undefined) throw unknownService(service, options.stage);
        throw new CliFailure(
          `The spec of ${service} has no version ${options.show}. See which there are with: sluice history ${service} --stage ${options.stage}`,
        );
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
