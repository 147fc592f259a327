import { Command, InvalidArgumentError } from 'commander';
import { type Attestation, digestForm, kindForm, rolloutKind } from '../../attestation/statement.ts';
import { envelopesIn } from '../attest/attestation-files.ts';
import { recordedRollout } from '../attest/recorded-rollout.ts';
import { signAttestation } from '../attest/sign-attestation.ts';
import { callerNames } from '../caller-names.ts';
import { choiceOption } from '../choice-option.ts';
import { CliFailure, type CliContext, type StackOptions } from '../cli-context.ts';
import { haveDone } from '../have-done.ts';
import { jsonText } from '../json-text.ts';
import { asOption, recordName, withStackOptions } from '../stack-options.ts';

interface Options extends StackOptions {
  readonly file?: readonly string[];
  readonly digest?: string;
  readonly kind: string;
  readonly result?: 'pass' | 'fail';
  readonly url?: string;
  readonly signWith?: string;
  readonly as?: string;
  readonly json?: boolean;
}

/** So many go in one request. */
const mostAtOnce = 20;

/** `sluice attest`: signs what a stage found out of an image, or brings it to the stage that asks for it. */
export function attestCommand(context: CliContext): Command {
  const command = new Command('attest')
    .description('sign what a stage found out about an image, or bring it to the stage that asks for it')
    .argument('<service>', 'the service that the image is of', recordName)
    .option('--digest <digest>', 'sign: the image, sha256:…', matching(digestForm, 'sha256: and 64 hexadecimal digits'))
    .option(
      '--kind <kind>',
      'sign: rollout, which the record of the stage answers, or the name of a suite',
      matching(kindForm, 'rollout, or the name of a suite: lower-case letters, digits and -'),
      rolloutKind,
    )
    .addOption(choiceOption('--result <result>', 'sign: what the suite found', ['pass', 'fail']))
    .option('--url <url>', 'sign: where people read more')
    .option('--sign-with <key>', 'sign: a KMS key (ECC_NIST_P256, SIGN_VERIFY), by its id, ARN or alias')
    .option('--file <path...>', 'bring: attestations, DSSE envelopes as JSON, one a line')
    .addOption(asOption('who says so, or brings them; by default the user of this machine'))
    .option('--json', 'print what became of them as JSON; an attestation is JSON anyway')
    .addHelpText(
      'after',
      '\nSigning prints one line and keeps nothing. What is brought is verified by the keys that the applied spec trusts; where one is not\ngenuine, none is kept. Bringing one twice changes nothing.\n\nExamples:\n  sluice attest web --digest sha256:4f5c… --sign-with alias/attest --stage staging >> web.jsonl\n  sluice attest web --digest sha256:4f5c… --kind integration --result pass --sign-with alias/ci --stage staging >> web.jsonl\n  sluice attest web --file web.jsonl --stage production',
    );
  return withStackOptions(command).action((service: string, options: Options) => {
    const { file, signWith } = options;
    if ((file === undefined) === (signWith === undefined)) {
      throw new CliFailure('Sign an attestation with --sign-with, or bring some with --file.', 2);
    }
    return file === undefined
      ? sign(service, signWith ?? '', options, context)
      : bring(service, file, options, context);
  });
}

function matching(form: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (form.test(text)) return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

async function sign(service: string, key: string, options: Options, context: CliContext): Promise<void> {
  const { digest, kind, result, stage, url } = options;
  if (digest === undefined) throw new CliFailure('Say which image it is about with --digest.', 2);
  if ((kind === rolloutKind) === (result !== undefined)) {
    const why =
      result === undefined
        ? `Say what ${kind} found with --result.`
        : 'The record says how a rollout ended: leave out --result.';
    throw new CliFailure(why, 2);
  }
  const said =
    result === undefined
      ? await ofRecord(service, digest, options, context)
      : ofSuite(service, digest, result, options, context);
  const signer = await context.signer(key, options);
  context.out(await signAttestation({ ...said, stage, ...(url !== undefined && { url }) }, signer));
}

async function ofRecord(service: string, digest: string, options: Options, context: CliContext): Promise<Attestation> {
  const { store } = await context.connect(options);
  return recordedRollout(service, digest, options.stage, store, context.now());
}

function ofSuite(
  service: string,
  digest: string,
  result: 'pass' | 'fail',
  options: Options,
  context: CliContext,
): Attestation {
  const { as, user } = callerNames(options, context);
  const finishedAt = context.now().toISOString();
  return { digest, service, stage: options.stage, kind: options.kind, result, finishedAt, issuer: as ?? user };
}

async function bring(service: string, files: readonly string[], options: Options, context: CliContext): Promise<void> {
  const envelopes: string[] = [];
  for (const file of files) envelopes.push(...(await envelopesIn(file, context)));
  if (envelopes.length === 0) throw new CliFailure(`There is no attestation in ${files.join(', ')}.`);
  const stack = await context.connect(options);
  const counts = { kept: 0, known: 0 };
  const started: string[] = [];
  for (let from = 0; from < envelopes.length; from += mostAtOnce) {
    const part = envelopes.slice(from, from + mostAtOnce);
    const names = callerNames(options, context);
    const { attested, execution } = await haveDone({ command: 'attest', service, envelopes: part, ...names }, stack);
    if (attested === undefined) {
      throw new CliFailure('The stack answered and did not say what it kept. Update it: sluice stack deploy');
    }
    counts.kept += attested.kept;
    counts.known += attested.known;
    if (execution !== undefined) started.push(execution);
  }
  if (options.json === true) context.out(jsonText({ service, ...counts, started }));
  else {
    context.out(`${service}: ${String(counts.kept)} attestations kept, ${String(counts.known)} were there already.`);
    if (started.length > 0) {
      context.out(
        `All that its spec asks for is attested, and a rollout is started. Follow it with: sluice status ${service} --wait --stage ${options.stage}`,
      );
    }
  }
}
