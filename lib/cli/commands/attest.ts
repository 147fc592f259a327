import { Command } from 'commander';
import { longestFile } from '../../specification/longest-file.ts';
import { callerNames } from '../caller-names.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { whyUnreadable } from '../spec-files.ts';
import { asOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly file: readonly string[];
  readonly as?: string;
  readonly json?: boolean;
}

/** So many go in one request. */
const mostAtOnce = 20;

/** `sluice attest`: brings what another stage attested to the stage that asks for it. */
export function attestCommand(context: CliContext): Command {
  const command = new Command('attest')
    .description('bring what another stage attested of images, which the check `attested` of a spec asks for')
    .argument('<service>', 'the service that the images are of', recordName)
    .requiredOption('--file <path...>', 'attestations: DSSE envelopes as JSON, one a line')
    .addOption(asOption('who brings them, for the record; by default the user of this machine'))
    .option('--json', 'print what became of them as JSON')
    .addHelpText(
      'after',
      '\nThe stack verifies each by the keys that the applied spec trusts. One that is not genuine is refused, and none is kept then.\nBringing one twice changes nothing.\n\nExample:\n  sluice attest web --file web.jsonl --stage production',
    );
  return withStackOptions(command).action((service: string, options: Options) => attest(service, options, context));
}

async function attest(service: string, options: Options, context: CliContext): Promise<void> {
  const envelopes: string[] = [];
  for (const file of options.file) envelopes.push(...(await envelopesIn(file, context)));
  if (envelopes.length === 0) throw new CliFailure(`There is no attestation in ${options.file.join(', ')}.`);
  const stack = await context.connect(options);
  const counts = { kept: 0, known: 0 };
  for (let from = 0; from < envelopes.length; from += mostAtOnce) {
    const part = envelopes.slice(from, from + mostAtOnce);
    const { attested } = await haveDone(
      { command: 'attest', service, envelopes: part, ...callerNames(options, context) },
      stack,
    );
    if (attested === undefined) {
      throw new CliFailure('The stack answered and did not say what it kept. Update it: sluice stack deploy');
    }
    counts.kept += attested.kept;
    counts.known += attested.known;
  }
  if (options.json === true) context.out(jsonText({ service, ...counts }));
  else context.out(`${service}: ${String(counts.kept)} attestations kept, ${String(counts.known)} were there already.`);
}

/** The lines of a file of attestations. */
export async function envelopesIn(
  file: string,
  { readFile }: Pick<CliContext, 'readFile'>,
): Promise<readonly string[]> {
  return (await contentOf(file, { readFile }))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * Returns the text of a file of attestations or keys.
 * @throws CliFailure where it cannot be read, or goes on for too long
 */
export async function contentOf(file: string, { readFile }: Pick<CliContext, 'readFile'>): Promise<string> {
  const text = await readFile(file).catch((error: unknown) => {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}).`);
  });
  if (text.length <= longestFile) return text;
  throw new CliFailure(`${file} is longer than ${String(longestFile)} characters: split it, and name each file.`);
}
