import { describe, expect, test } from '@jest/globals';
import { judge, type Requirement } from '../../lib/attestation/judge.ts';
import type { Attestation } from '../../lib/attestation/statement.ts';
import type { VerifiedAttestation } from '../../lib/attestation/verify-envelope.ts';
import { digest, now, passed } from './signed.ts';

const wanted = { service: 'web', digest, shown: '413-b4dc0de' };
const rollout: Requirement = { stage: 'staging', attested: ['rollout'] };
const both: Requirement = { stage: 'staging', attested: ['rollout', 'integration'] };
let count = 0;
const said = (one: Partial<Attestation> = {}): VerifiedAttestation => {
  count += 1;
  return { ...passed, ...one, hash: count.toString(16).padStart(64, '0'), keyid: 'k' };
};
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const standings = (requirement: Requirement, ...verified: VerifiedAttestation[]) =>
  judge(requirement, wanted, verified, now).kinds.map(({ kind, standing }) => `${kind} ${standing}`);
const hour = 3600;

describe('a requirement', () => {
  test('is proven by a pass of each kind', () => {
    const found = judge(
      both,
      wanted,
      [said(), said({ kind: 'integration', issuer: 'ci', url: 'https://ci.example.com/1' })],
      now,
    );

    expect(found.isProven).toBe(true);
    expect(found.kinds.map(({ says }) => says)).toEqual([
      'rollout passed in staging at 2026-11-29T10:00:00.000Z, served there for 2h (rollout web-20261129-093000-3f9a1c)',
      'integration passed in staging at 2026-11-29T10:00:00.000Z (ci, https://ci.example.com/1)',
    ]);
  });

  test('is not proven by nothing, and says what to do', () => {
    const found = judge(both, wanted, [], now);

    expect(found.isProven).toBe(false);
    expect(found.kinds.map(({ says }) => says)).toEqual([
      'staging has not finished a rollout of 413-b4dc0de; start it there: sluice start web --image 413-b4dc0de --stage staging',
      'staging has not attested integration of 413-b4dc0de; run integration there, and have its result attested',
    ]);
  });

  test('of no kind is never proven', () => {
    expect(judge({ stage: 'staging', attested: [] }, wanted, [said()], now).isProven).toBe(false);
  });

  test.each<[string, Partial<Attestation>, string]>([
    ['another image', { digest: `sha256:${'0'.repeat(64)}` }, 'it is about another image'],
    ['another service', { service: 'api' }, 'it is about another service, api'],
    ['another stage, replayed here', { stage: 'preview' }, 'it is of another stage, preview'],
    ['a moment that is yet to come', { finishedAt: ago(-301) }, 'yet to come'],
  ])('takes no pass that is about %s', (_, one, why) => {
    const found = judge(rollout, wanted, [said(one)], now);

    expect(found).toMatchObject({
      isProven: false,
      kinds: [{ standing: 'missing' }],
      setAside: [{ why: expect.stringContaining(why) }],
    });
  });

  test('bears a clock that is five minutes ahead', () => {
    expect(standings(rollout, said({ finishedAt: ago(-300) }))).toEqual(['rollout proven']);
  });

  test('takes a failure that is newer than the pass, and a pass that is newer than the failure', () => {
    const [early, late] = [ago(3 * hour), ago(2 * hour)];

    expect(standings(rollout, said({ finishedAt: early }), said({ finishedAt: late, result: 'fail' }))).toEqual([
      'rollout failed',
    ]);
    expect(standings(rollout, said({ finishedAt: early, result: 'fail' }), said({ finishedAt: late }))).toEqual([
      'rollout proven',
    ]);
  });

  test('takes the failure where both have the same moment', () => {
    expect(standings(rollout, said(), said({ result: 'fail' }))).toEqual(['rollout failed']);
  });

  test.each<[string, Partial<Attestation>]>([
    ['that has expired', { expiresAt: ago(hour) }],
    ['of a clock that is ahead', { finishedAt: ago(-hour) }],
  ])('does not leave out a failure %s', (_, one) => {
    expect(
      standings(rollout, said({ finishedAt: ago(2 * hour) }), said({ finishedAt: ago(hour), result: 'fail', ...one })),
    ).toEqual(['rollout failed']);
  });

  test('takes no failure of another version for one of this', () => {
    const others = [{ service: 'api' }, { stage: 'preview' }, { digest: `sha256:${'0'.repeat(64)}` }, { kind: 'load' }];

    expect(
      standings(rollout, said(), ...others.map((one) => said({ ...one, result: 'fail', finishedAt: ago(1) }))),
    ).toEqual(['rollout proven']);
  });

  test('counts a pass up to the moment at which it expires', () => {
    expect(standings(rollout, said({ expiresAt: ago(-1) }))).toEqual(['rollout proven']);
    expect(standings(rollout, said({ expiresAt: ago(0) }))).toEqual(['rollout expired']);
  });

  test('counts a pass up to its age limit', () => {
    const young = { ...rollout, notOlder: 2 * hour };

    expect(standings(young, said({ finishedAt: ago(2 * hour) }))).toEqual(['rollout proven']);
    expect(standings(young, said({ finishedAt: ago(2 * hour + 1) }))).toEqual(['rollout tooOld']);
  });

  test('does not let an old pass that is sent again count anew', () => {
    const old = said({ finishedAt: ago(9 * hour) });
    const failed = said({ finishedAt: ago(8 * hour), result: 'fail' });

    expect(standings(rollout, failed, old, old, { ...old })).toEqual(['rollout failed']);
    expect(judge({ ...rollout, notOlder: 8 * hour }, wanted, [old, old], now).kinds).toHaveLength(1);
  });
});

describe('a soak', () => {
  const soaked = { ...rollout, soak: 2 * hour };
  const seen = (servedFrom: number, servedUntil?: number) =>
    said({
      finishedAt: ago(9 * hour),
      servedFrom: ago(servedFrom),
      servedUntil: servedUntil === undefined ? undefined : ago(servedUntil),
    });

  test('is the time for which the version was seen to serve everything there', () => {
    expect(standings(soaked, seen(2 * hour, 0))).toEqual(['rollout proven']);
    expect(standings(soaked, seen(2 * hour - 1, 0))).toEqual(['rollout tooYoung']);
    expect(standings(soaked, seen(8 * hour, 6 * hour))).toEqual(['rollout proven']);
  });

  test('does not grow by itself: what nobody saw is not proven', () => {
    expect(standings(soaked, seen(8 * hour, 7 * hour))).toEqual(['rollout tooYoung']);
    expect(standings(soaked, seen(8 * hour))).toEqual(['rollout tooYoung']);
    expect(standings(soaked, said({ finishedAt: ago(9 * hour), servedUntil: undefined }))).toEqual([
      'rollout tooYoung',
    ]);
  });

  test('does not reach into what is yet to come', () => {
    expect(standings(soaked, seen(hour, -hour))).toEqual(['rollout tooYoung']);
  });

  test('is the longest that was seen: to leave an attestation out makes none longer', () => {
    const [short, long] = [seen(8 * hour, 7 * hour), seen(8 * hour, 5 * hour)];

    expect(standings(soaked, short, long)).toEqual(['rollout proven']);
    expect(standings(soaked, long, short)).toEqual(['rollout proven']);
    expect(standings(soaked, short)).toEqual(['rollout tooYoung']);
  });

  test('says until when it has to serve', () => {
    const [kind] = judge(soaked, wanted, [seen(2 * hour, hour)], now).kinds;

    expect(kind?.says).toBe(
      '413-b4dc0de was seen to serve in staging for 1h, expected 2h: if it serves there until 2026-11-29T12:00:00.000Z, have that attested then',
    );
  });

  test('needs a rollout there, though only a suite is named', () => {
    expect(standings({ stage: 'staging', attested: ['integration'], soak: 1 }, said({ kind: 'integration' }))).toEqual([
      'rollout missing',
      'integration proven',
    ]);
  });
});
