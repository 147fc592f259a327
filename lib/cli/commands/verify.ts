import { Command, InvalidArgumentError } from 'commander';
import { judge, type Judgement, type Requirement, type Wanted } from '../../attestation/judge.ts';
import { digestForm, kindForm, rolloutKind, serviceForm, stageForm } from '../../attestation/statement.ts';
import { requirementIn, trustedKeysOf } from '../../checks/attested.ts';
import { parseSpec } from '../../specification/parse.ts';
import { trustedKey, type TrustedKey } from '../../attestation/trusted-key.ts';
import { type VerifiedAttestation, verifyEnvelope } from '../../attestation/verify-envelope.ts';
import { parseDuration } from '../../specification/quantity.ts';
import { CliFailure, type CliContext } from '../cli-context.ts';
import { contentOf } from '../attest/attestation-files.ts';
import { jsonText } from '../json-text.ts';
import { messageOf } from '../../specification/text/message-of.ts';

interface Options {
  readonly spec?: string;
  readonly service?: string;
  readonly file: readonly string[];
  readonly key: readonly string[];
  readonly from?: string;
  readonly needs?: readonly string[];
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
    .description('say what attestations prove of an image, from files and public keys, without calling AWS')
    .argument(
      '<digest>',
      'the digest of the image, sha256:…',
      matching(digestForm, 'sha256: and 64 hexadecimal digits'),
    )
    .requiredOption('--file <path...>', 'attestations: DSSE envelopes as JSON, one a line')
    .option('--spec <path>', 'a rollout spec, whose check `attested` names the service, the keys and what is required')
    .option('--service <name>', 'the service that the image is of', matching(serviceForm, 'the name of a service'))
    .option('--key <stage=path...>', 'a trusted public key (PEM) and whose it is: staging=staging.pem', [])
    .option('--from <stage>', 'the stage that must have attested it', matching(stageForm, 'the name of a stage'))
    .option('--needs <kind...>', `the kinds that must have passed there; by default ${rolloutKind}`)
    .option('--soak <duration>', 'for how long it must have served all traffic there', seconds)
    .option('--not-older <duration>', 'for how long a pass counts after it finished', seconds)
    .option('--json', 'print the judgement as JSON')
    .addHelpText(
      'after',
      '\nExits with 1 where an envelope is refused, where what is required is not proven, or where nothing is.\n\nExamples:\n  sluice verify sha256:4f5c… --file web.jsonl --spec rollouts/web.yml\n  sluice verify sha256:4f5c… --service web --file web.jsonl --key staging=staging.pem\n  sluice verify sha256:4f5c… --service web --file web.jsonl --key staging=staging.pem staging:integration=ci.pem --from staging --needs rollout integration --soak 24h',
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
  const { service, trusted, requirement } =
    options.spec === undefined ? await basisOf(options, context) : await basisIn(options.spec, options, context);
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
  const stages = judgements(requirement, { service, digest }, verified, context.now());
  const isProven =
    requirement === undefined
      ? stages.some(({ kinds }) => kinds.some(({ standing }) => standing === 'proven'))
      : stages.every((one) => one.isProven);
  if (options.json === true) context.out(jsonText({ service, digest, isProven, stages, refused }));
  else for (const line of linesOf(stages, refused, digest)) context.out(line);
  context.exitWith(isProven && refused.length === 0 ? 0 : 1);
}

/** By what attestations are judged. */
interface Basis {
  readonly service: string;
  readonly trusted: readonly TrustedKey[];
  readonly requirement: Requirement | undefined;
}

async function basisOf(options: Options, context: CliContext): Promise<Basis> {
  const { service, key } = options;
  if (service === undefined || key.length === 0) {
    throw new CliFailure(
      'Name the spec of the service with --spec, or the service and its keys with --service and --key.',
      2,
    );
  }
  const requirement = requirementOf(options);
  const trusted: TrustedKey[] = [];
  for (const written of key) trusted.push(await keyFrom(written, context));
  return { service, trusted, requirement };
}

async function basisIn(file: string, options: Options, context: CliContext): Promise<Basis> {
  const { service, key, from, needs, soak, notOlder } = options;
  if (key.length > 0 || [service, from, needs, soak, notOlder].some((one) => one !== undefined)) {
    throw new CliFailure(
      '--spec says service, keys and what is required: leave out --service, --key, --from, --needs, --soak and --not-older.',
      2,
    );
  }
  const parsed = parseSpec(await contentOf(file, context), file);
  if (!parsed.ok) throw new CliFailure(`${file} is no rollout spec: sluice lint ${file} says why.`);
  const { spec } = parsed;
  const settings = spec.checks?.attested;
  if (settings === undefined) throw new CliFailure(`${file} asks for no attestation: it has no checks.attested.`);
  try {
    return { service: spec.service, trusted: trustedKeysOf(settings), requirement: requirementIn(settings) };
  } catch (error) {
    throw new CliFailure(`${file}: ${messageOf(error)}.`);
  }
}

function requirementOf({ from, needs, soak, notOlder }: Options): Requirement | undefined {
  const wrong = needs?.find((kind) => !kindForm.test(kind));
  if (wrong !== undefined)
    throw new CliFailure(`"${wrong}" is no kind of attestation, expected one such as rollout.`, 2);
  if (from !== undefined) return { stage: from, attested: needs ?? [rolloutKind], soak, notOlder };
  if ([needs, soak, notOlder].every((one) => one === undefined)) return undefined;
  throw new CliFailure('--needs, --soak and --not-older say what a stage must have attested: name it with --from.', 2);
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
    throw new CliFailure(`${file} is not taken as a key: ${messageOf(error)}.`);
  }
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
