import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clockSkew, judge, type Requirement } from '../../lib/attestation/judge.ts';
import type { VerifiedAttestation } from '../../lib/attestation/verify-envelope.ts';
import { digest, now, passed } from './signed.ts';

const wanted = { service: 'web', digest };
const moment = (seconds: number) => new Date(now.getTime() + seconds * 1000).toISOString();

const attestation: fc.Arbitrary<VerifiedAttestation> = fc
  .record({
    digest: fc.constantFrom(digest, digest, digest, `sha256:${'0'.repeat(64)}`),
    service: fc.constantFrom('web', 'web', 'web', 'api'),
    stage: fc.constantFrom('staging', 'staging', 'staging', 'preview'),
    kind: fc.constantFrom('rollout', 'rollout', 'integration'),
    result: fc.constantFrom('pass' as const, 'pass' as const, 'fail' as const),
    finishedAt: fc.integer({ min: -4, max: 6 }).map((step) => moment(step * 60)),
    servedUntil: fc.option(
      fc.integer({ min: -20, max: 8 }).map((step) => moment(step * 60)),
      { nil: undefined },
    ),
    expiresAt: fc.option(
      fc.integer({ min: -20, max: 8 }).map((step) => moment(step * 60)),
      { nil: undefined },
    ),
  })
  .map((said) => ({ ...passed, ...said, keyid: 'k', hash: JSON.stringify(said) }));
const requirement: fc.Arbitrary<Requirement> = fc.record({
  stage: fc.constant('staging'),
  attested: fc.subarray(['rollout', 'integration'], { minLength: 1 }),
  soak: fc.constantFrom(undefined, 60, 120),
  notOlder: fc.constantFrom(undefined, 600),
});
const attestations = fc.array(attestation, { maxLength: 12 });

/** The rule in other words: some pass of each kind counts now, and no failure is as new as it. */
function expected(
  { stage, attested, soak = 0, notOlder = Infinity }: Requirement,
  all: readonly VerifiedAttestation[],
) {
  const time = (text: string) => Date.parse(text) / 1000;
  const at = now.getTime() / 1000;
  const about = all.filter((one) => one.digest === digest && one.service === 'web' && one.stage === stage);
  return [...attested, ...(soak > 0 ? ['rollout'] : [])].every((kind) => {
    const own = about.filter((one) => one.kind === kind);
    const lastFailure = Math.max(
      -Infinity,
      ...own.filter(({ result }) => result === 'fail').map((one) => time(one.finishedAt)),
    );
    const passes = own.filter((one) => one.result === 'pass' && time(one.finishedAt) <= at + clockSkew);
    const newest = Math.max(-Infinity, ...passes.map((one) => time(one.finishedAt)));
    const ends = passes.filter((one) => time(one.finishedAt) === newest);
    const never = '9999-01-01T00:00:00Z';
    const served = (one: VerifiedAttestation) => time(one.servedUntil ?? one.finishedAt);
    const [deciding] = ends.toSorted(
      (one, two) => served(two) - served(one) || time(two.expiresAt ?? never) - time(one.expiresAt ?? never),
    );
    if (deciding === undefined || lastFailure >= newest) return false;
    const soaked = Math.max(0, Math.min(at, served(deciding)) - newest);
    const isSoaked = kind !== 'rollout' || soak === 0 || soaked >= soak;
    return isSoaked && at - newest <= notOlder && (deciding.expiresAt === undefined || time(deciding.expiresAt) > at);
  });
}

test('what is proven is what the rule says, in whatever order attestations came and however often', () => {
  fc.assert(
    fc.property(requirement, attestations, fc.nat(), (needed, all, turn) => {
      const cut = all.length === 0 ? 0 : turn % all.length;
      const again = [...all.slice(cut), ...all.slice(0, cut), ...all];
      expect(judge(needed, wanted, all, now).isProven).toBe(expected(needed, all));
      expect(judge(needed, wanted, again, now).isProven).toBe(expected(needed, all));
    }),
    { numRuns: 2000 },
  );
});

test('a failure more never makes a version look better', () => {
  fc.assert(
    fc.property(requirement, attestations, attestation, (needed, all, one) => {
      const worse = judge(needed, wanted, [...all, { ...one, result: 'fail', hash: 'more' }], now);
      return !worse.isProven || judge(needed, wanted, all, now).isProven;
    }),
    { numRuns: 1000 },
  );
});

test('what is of another image, service or stage changes nothing', () => {
  fc.assert(
    fc.property(requirement, attestations, attestation, (needed, all, one) => {
      const foreign = [{ digest: `sha256:${'1'.repeat(64)}` }, { service: 'shop' }, { stage: 'preview' }].map(
        (part, index) => ({
          ...one,
          ...part,
          hash: `foreign ${index}`,
        }),
      );
      const [before, after] = [all, [...foreign, ...all]].map((each) => judge(needed, wanted, each, now));
      expect(after?.kinds).toEqual(before?.kinds);
    }),
    { numRuns: 500 },
  );
});
