import { Command, InvalidArgumentError } from 'commander';
import { judge, type Judgement, type Requirement, type Wanted } from '../../attestation/judge.ts';
import { digestForm, kindForm, rolloutKind, serviceForm, stageForm } from '../../attestation/statement.ts';
import { trustedKey, type TrustedKey } from '../../attestation/trusted-key.ts';
import { type VerifiedAttestation, verifyEnvelope } from '../../attestation/verify-envelope.ts';
import { longestFile } from '../../specification/longest-file.ts';
import { parseDuration } from '../../specification/quantity.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { jsonText } from '../json-text.ts';
import { whyUnreadable } from '../spec-files.ts';

interface Options {
  readonly service: string;
  readonly file: readonly string[];
  readonly key: readonly string[];
  readonly from?: string;
  readonly needs: readonly string[];
  readonly soak?: number;
  readonly notOlder?: number;
  readonly json?: boolean;
}

/** An envelope that is not believed, with where it stands. */
interface Refused {
  readonly file: string;
  readonly line: number;
  readonly why: string;
}

/** What is proven of one stage. */
interface OfStage extends Judgement {
  readonly stage: string;
}

/** `sluice verify`: what attestations prove of an image, from files and public keys alone. */
export function verifyCommand(context: CliContext): Command {
  return new Command('verify')
    .description('say what attestations prove of an image, from files and public keys; no AWS is asked')
    .argument(
      '<digest>',
      'the digest of the image, sha256:…',
      matching(digestForm, 'sha256: and 64 hexadecimal digits'),
    )
    .requiredOption(
      '--service <name>',
      'the service that the image is of',
      matching(serviceForm, 'the name of a service'),
    )
    .requiredOption('--file <path...>', 'attestations: DSSE envelopes as JSON, one a line')
    .requiredOption('--key <stage=path...>', 'a trusted public key (PEM) and whose it is: staging=staging.pem')
    .option('--from <stage>', 'the stage that must have attested it', matching(stageForm, 'the name of a stage'))
    .option('--needs <kind...>', 'the kinds that must have passed there', [rolloutKind])
    .option('--soak <duration>', 'for how long it must have served all traffic there', seconds)
    .option('--not-older <duration>', 'for how long a pass counts after it finished', seconds)
    .option('--json', 'print the judgement as JSON')
    .addHelpText(
      'after',
      '\nExits with 1 where an envelope is refused, where what is required is not proven, or where nothing is.\n\nExamples:\n  sluice verify sha256:4f5c… --service web --file web.jsonl --key staging=staging.pem\n  sluice verify sha256:4f5c… --service web --file web.jsonl --key staging=staging.pem staging:integration=ci.pem --from staging --needs rollout integration --soak 24h',
    )
    .action((digest: string, options: Options) => verify(digest, options, context));
}

function matching(form: RegExp, expected: string): (text: string) => string {
  return (text) => {
    if (form.test(text)) return text;
    throw new InvalidArgumentError(`Expected ${expected}.`);
  };
}

function seconds(text: string): number {
  const read = parseDuration(text);
  if (read !== undefined) return read;
  throw new InvalidArgumentError('Expected a duration with a unit, such as 24h.');
}

async function verify(digest: string, options: Options, context: CliContext): Promise<void> {
  const requirement = requirementOf(options);
  const trusted: TrustedKey[] = [];
  for (const written of options.key) trusted.push(await keyFrom(written, context));
  const verified: VerifiedAttestation[] = [];
  const refused: Refused[] = [];
  for (const file of options.file) {
    const lines = (await contentOf(file, context)).split('\n');
    for (const [index, text] of lines.entries()) {
      if (text.trim() === '') continue;
      const found = verifyEnvelope(text.trim(), trusted);
      if (found.outcome === 'verified') verified.push(found.attestation);
      else refused.push({ file, line: index + 1, why: found.why });
    }
  }
  const stages = judgements(requirement, { service: options.service, digest }, verified, context.now());
  const isProven =
    requirement === undefined
      ? stages.some(({ kinds }) => kinds.some(({ standing }) => standing === 'proven'))
      : stages.every((one) => one.isProven);
  if (options.json === true) context.out(jsonText({ service: options.service, digest, isProven, stages, refused }));
  else for (const line of linesOf(stages, refused, digest)) context.out(line);
  context.exitWith(isProven && refused.length === 0 ? 0 : 1);
}

function requirementOf({ from, needs, soak, notOlder }: Options): Requirement | undefined {
  const wrong = needs.find((kind) => !kindForm.test(kind));
  if (wrong !== undefined)
    throw new CliFailure(`"${wrong}" is no kind of attestation, expected one such as rollout.`, 2);
  if (from !== undefined) return { stage: from, attested: needs, soak, notOlder };
  if (soak === undefined && notOlder === undefined) return undefined;
  throw new CliFailure('--soak and --not-older say what a stage must have attested: name it with --from.', 2);
}

/** Of the stage that is required, otherwise of each that has attested anything of the image. */
function judgements(
  requirement: Requirement | undefined,
  wanted: Wanted,
  verified: readonly VerifiedAttestation[],
  now: Date,
): readonly OfStage[] {
  if (requirement !== undefined) {
    return [{ stage: requirement.stage, ...judge(requirement, wanted, verified, now) }];
  }
  const about = verified.filter(({ digest, service }) => digest === wanted.digest && service === wanted.service);
  return [...new Set(about.map(({ stage }) => stage))].map((stage) => {
    const own = about.filter((one) => one.stage === stage);
    return { stage, ...judge({ stage, attested: own.map(({ kind }) => kind) }, wanted, own, now) };
  });
}

async function keyFrom(written: string, context: CliContext): Promise<TrustedKey> {
  const at = written.indexOf('=');
  if (at === -1) throw new CliFailure(`--key ${written} names no file, expected one such as staging=staging.pem.`, 2);
  const file = written.slice(at + 1);
  const text = await contentOf(file, context);
  try {
    return trustedKey(written.slice(0, at), text);
  } catch (error) {
    throw new CliFailure(`${file} is not taken as a key: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

async function contentOf(file: string, { readFile }: CliContext): Promise<string> {
  const text = await readFile(file).catch((error: unknown) => {
    const why = whyUnreadable(error);
    if (why === undefined) throw error;
    throw new CliFailure(`${file} cannot be read (${why}).`);
  });
  if (text.length <= longestFile) return text;
  throw new CliFailure(`${file} is longer than ${String(longestFile)} characters: split it, and name each file.`);
}

function linesOf(stages: readonly OfStage[], refused: readonly Refused[], digest: string): readonly string[] {
  const proofs = stages.flatMap(({ stage, kinds, setAside }) => [
    ...kinds.map(
      ({ kind, standing, says }) => `${stage} ${kind}: ${standing === 'proven' ? 'proven' : 'not proven'}. ${says}`,
    ),
    ...setAside.map(({ hash, why }) => `not counted: attestation ${hash.slice(0, 12)}, ${why}`),
  ]);
  const none = proofs.length === 0 ? [`Nothing is proven of ${digest}.`] : [];
  return [
    ...proofs,
    ...none,
    ...refused.map(({ file, line, why }) => `refused: ${file}, line ${String(line)}: ${why}`),
  ];
}
