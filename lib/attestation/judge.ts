import { formatDuration } from '../specification/quantity.ts';
import { rolloutKind } from './statement.ts';
import type { VerifiedAttestation } from './verify-envelope.ts';

/** What must be attested of a version before it may go on. */
export interface Requirement {
  readonly stage: string;
  /** Each of these kinds must have passed there. */
  readonly attested: readonly string[];
  /** For so many seconds it must have served all traffic there; counts the kind `rollout` as required. */
  readonly soak?: number | undefined;
  /** A pass counts for so many seconds after it finished. */
  readonly notOlder?: number | undefined;
}

/** The version that is asked about. */
export interface Wanted {
  readonly service: string;
  readonly digest: string;
  /** What people call it; without one: its digest. */
  readonly shown?: string | undefined;
}

/** Where one kind is: only `proven` lets a version on. */
export interface KindProof {
  readonly kind: string;
  readonly standing: 'proven' | 'missing' | 'failed' | 'expired' | 'tooOld' | 'tooYoung';
  /** What it is in words, with the next step where something is lacking. */
  readonly says: string;
  /** The attestation that decided; `undefined` where there is none. */
  readonly by?: VerifiedAttestation;
}

/** A true statement that says nothing about the version that is asked about. */
export interface SetAside {
  readonly hash: string;
  readonly why: string;
}

export interface Judgement {
  readonly isProven: boolean;
  readonly kinds: readonly KindProof[];
  readonly setAside: readonly SetAside[];
}

/** For so many seconds the clock of a stage may be ahead of ours. */
export const clockSkew = 300;

/**
 * Judges verified attestations against a requirement. The newest one of a kind decides, a failure before a pass of the same moment.
 * A failure counts whatever its age and whenever it expires: an attestation that is left out must never make a version look better.
 */
export function judge(
  requirement: Requirement,
  wanted: Wanted,
  verified: readonly VerifiedAttestation[],
  now: Date,
): Judgement {
  const once = [...new Map(verified.map((one) => [one.hash, one])).values()];
  const reasons = once.map((one) => ({ one, why: whyAside(one, requirement.stage, wanted, now) }));
  const counting = reasons.flatMap(({ one, why }) => (why === undefined ? [one] : []));
  const kinds = kindsOf(requirement).map((kind) => judgeKind(kind, requirement, wanted, counting, now));
  return {
    isProven: kinds.length > 0 && kinds.every(({ standing }) => standing === 'proven'),
    kinds,
    setAside: reasons.flatMap(({ one, why }) => (why === undefined ? [] : [{ hash: one.hash, why }])),
  };
}

function kindsOf({ attested, soak = 0 }: Requirement): readonly string[] {
  return [...new Set([...(soak > 0 ? [rolloutKind] : []), ...attested])];
}

function whyAside(one: VerifiedAttestation, stage: string, wanted: Wanted, now: Date): string | undefined {
  if (one.digest !== wanted.digest) return `it is about another image, ${one.digest}`;
  if (one.service !== wanted.service) return `it is about another service, ${one.service}`;
  if (one.stage !== stage) return `it is of another stage, ${one.stage}`;
  const isAhead = Date.parse(one.finishedAt) > now.getTime() + clockSkew * 1000;
  if (isAhead && one.result === 'pass') return `it says it finished at ${one.finishedAt}, which is yet to come`;
  return undefined;
}

function judgeKind(
  kind: string,
  requirement: Requirement,
  { service, digest, shown = digest }: Wanted,
  counting: readonly VerifiedAttestation[],
  now: Date,
): KindProof {
  const { stage } = requirement;
  const [by] = counting.filter((one) => one.kind === kind).toSorted(whichDecides);
  const again =
    kind === rolloutKind
      ? `start it there: sluice start ${service} --image ${shown} --stage ${stage}`
      : `run ${kind} there, and have its result attested`;
  if (by === undefined) {
    const lacking =
      kind === rolloutKind
        ? `${stage} has not finished a rollout of ${shown}`
        : `${stage} has not attested ${kind} of ${shown}`;
    return { kind, standing: 'missing', says: `${lacking}; ${again}` };
  }
  const { finishedAt, issuer, url } = by;
  const source = `${issuer}${url === undefined ? '' : `, ${url}`}`;
  if (by.result === 'fail') {
    return { kind, standing: 'failed', says: `${kind} failed in ${stage} at ${finishedAt} (${source}); ${again}`, by };
  }
  const late = tooLate(by, requirement, now);
  if (late !== undefined)
    return { kind, standing: late.standing, says: `${kind} in ${stage} ${late.says}; ${again}`, by };
  const soaked = kind === rolloutKind ? soakedFor(by, now) : 0;
  const { soak = 0 } = requirement;
  if (kind === rolloutKind && soaked < soak) {
    return { kind, standing: 'tooYoung', says: `${shown} ${youngText(by, soaked, soak, stage)}`, by };
  }
  const served = soaked > 0 ? `, served there for ${formatDuration(soaked)}` : '';
  return { kind, standing: 'proven', says: `${kind} passed in ${stage} at ${finishedAt}${served} (${source})`, by };
}

/**
 * The newest first; of one moment a failure first, and of two passes the one that saw it serve for longer: each is true, and the later one
 * saw more. To leave one out never makes a soak longer.
 */
function whichDecides(left: VerifiedAttestation, right: VerifiedAttestation): number {
  const newer = Date.parse(right.finishedAt) - Date.parse(left.finishedAt);
  if (newer !== 0) return newer;
  if (left.result !== right.result) return left.result === 'fail' ? -1 : 1;
  return servedMs(right) - servedMs(left) || endOf(right) - endOf(left);
}

function endOf({ expiresAt = '9999-12-31T23:59:59Z' }: VerifiedAttestation): number {
  return Date.parse(expiresAt);
}

function servedMs({ finishedAt, servedFrom = finishedAt, servedUntil = servedFrom }: VerifiedAttestation): number {
  return Date.parse(servedUntil) - Date.parse(servedFrom);
}

function tooLate({ expiresAt, finishedAt }: VerifiedAttestation, { notOlder }: Requirement, now: Date) {
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()) {
    return { standing: 'expired', says: `counted until ${expiresAt}` } as const;
  }
  if (notOlder === undefined || now.getTime() - Date.parse(finishedAt) <= notOlder * 1000) return undefined;
  return { standing: 'tooOld', says: `passed at ${finishedAt}, longer ago than ${formatDuration(notOlder)}` } as const;
}

/** Seconds for which the version was seen to serve all traffic of its stage: until then, and not until now, is what was signed. */
function soakedFor(by: VerifiedAttestation, now: Date): number {
  const { finishedAt, servedFrom = finishedAt, servedUntil = servedFrom } = by;
  const end = Math.min(now.getTime(), Date.parse(servedUntil));
  return Math.max(0, Math.floor((end - Date.parse(servedFrom)) / 1000));
}

function youngText(
  { finishedAt, servedFrom = finishedAt }: VerifiedAttestation,
  soaked: number,
  soak: number,
  stage: string,
): string {
  const ready = new Date(Date.parse(servedFrom) + soak * 1000).toISOString();
  const seen = `was seen to serve in ${stage} for ${formatDuration(soaked)}, expected ${formatDuration(soak)}`;
  return `${seen}: if it serves there until ${ready}, have that attested then`;
}
