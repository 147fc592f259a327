import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { releaseEventTable } from '../../lib/releases/release-event-table.ts';
import {
  continued,
  opened,
  type ReleaseEvent,
  releaseDefinitionOf,
  releaseEventDefinitions,
  type ReleaseOpened,
} from '../../lib/releases/release-events.ts';
import { recordedReleaseEvent } from '../../lib/releases/release-events.ts';
import { projectRoot } from '../../local/stack/project-root.ts';

const at = '2026-03-01T10:00:00.000Z';
const releaseId = 'checkout-20260301-100000-abcdef';
const member = (service: string) => ({ service, digest: 'sha256:a', after: [], needs: {}, unchanged: false });
const opening: ReleaseOpened = {
  ...{ type: 'ReleaseOpened', releaseId, release: 'checkout', onFailure: 'rollBackAll', requestedBy: 'ana' },
  ...{ traceId: 'trace', executionArn: 'arn:1', members: [member('auth'), member('web')] },
};

/** One example of each type, in an order in which a release takes them, with what people read and hear. */
const samples: readonly (readonly [ReleaseEvent, string, string | undefined])[] = [
  [opening, 'Opened by ana for auth, web', 'info Release checkout-20260301-100000-abcdef of auth, web opened by ana.'],
  [{ type: 'ReleaseContinued', executionArn: 'arn:2' }, 'Taken up again after its work had stopped', undefined],
  [{ type: 'MemberHeld', service: 'web', reason: 'a freeze' }, 'web is held: a freeze', undefined],
  [{ type: 'MemberBegun', service: 'auth', execution: 'auth-1' }, 'auth begins to roll out', undefined],
  [{ type: 'MemberServes', service: 'auth', rolloutId: 'auth-r1' }, 'auth serves the new version', undefined],
  [
    { type: 'MemberFailed', service: 'web', reason: 'a gate' },
    'web failed and serves its former version: a gate',
    undefined,
  ],
  [
    { type: 'ReleaseTurned', direction: 'rollBackAll', by: 'the release', reason: 'web: a gate', service: 'web' },
    'All members go back; the release: web: a gate',
    'warning Release checkout-20260301-100000-abcdef: all members go back. the release: web: a gate.',
  ],
  [
    { type: 'MemberReturns', service: 'auth', how: 'toKept', execution: 'auth-2' },
    'auth goes back to the version that is kept',
    undefined,
  ],
  [
    { type: 'MemberStuck', service: 'auth', reason: 'it is gone' },
    'auth could not go back and needs a person: it is gone',
    'critical Release checkout-20260301-100000-abcdef: auth could not go back: it is gone. Roll it back by hand: sluice rollback auth --reason "…"',
  ],
  [{ type: 'MemberBack', service: 'auth' }, 'auth serves its former version again', undefined],
  [
    { type: 'ReleaseEnded', outcome: 'rolledBack' },
    'Ended: every member that had begun serves its former version',
    'warning Release checkout-20260301-100000-abcdef is rolled back: every member that had begun serves its former version. By the release: web: a gate. web serves its former version: a gate.',
  ],
];
const skipped: ReleaseEvent = { type: 'MemberSkipped', service: 'web', reason: 'auth failed' };

describe('the definitions of events of releases', () => {
  test('each type is defined once, has an example, and is read as it was written', () => {
    const events = [...samples.map(([event]) => event), skipped];

    expect(events.map(({ type }) => type).toSorted()).toEqual(
      releaseEventDefinitions.map(({ type }) => type).toSorted(),
    );
    for (const event of events) {
      const recorded = { releaseId, sequence: 1, at, event };
      expect(recordedReleaseEvent.parse(recorded)).toEqual(recorded);
    }
  });

  test('give the record, the state, what people read and what is announced', () => {
    const [, ...later] = samples.map(([event]) => event);
    let kept = opened(opening, at);
    expect(kept.recorded).toEqual([{ releaseId, sequence: 1, at, event: opening }]);
    for (const event of [opening, ...later]) {
      if (event !== opening) kept = continued(kept, [event], at);
      const definition = releaseDefinitionOf(event);
      const severity = definition.severityOf(event);
      const announced = severity && `${severity} ${definition.announces(event, kept.state)}`;
      const [, says, announces] = samples.find(([sample]) => sample === event) ?? [];
      expect([definition.says(event), announced]).toEqual([says, announces]);
    }

    expect(kept).toMatchObject({
      sequence: 11,
      state: {
        ...{ outcome: 'rolledBack', endedAt: at, executionArn: 'arn:2', failure: { direction: 'rollBackAll', at } },
        members: [
          { service: 'auth', standing: 'back', rolloutId: 'auth-r1', execution: 'auth-2', attempt: 1 },
          { service: 'web', standing: 'failed', reason: 'a gate' },
        ],
      },
    });
    expect(kept.state.members[1]).not.toHaveProperty('held');
  });

  test.each<[string, readonly ReleaseEvent[], ReleaseEvent]>([
    ['an opening twice', [], opening],
    [
      'a beginning twice',
      [{ type: 'MemberBegun', service: 'web', execution: 'w' }],
      { type: 'MemberBegun', service: 'web', execution: 'w' },
    ],
    ['a return of what has not begun', [], { type: 'MemberReturns', service: 'web', how: 'abort' }],
    ['a member that it has not', [], { type: 'MemberSkipped', service: 'shop', reason: 'x' }],
    ['anything of a member after its end', [{ type: 'ReleaseEnded', outcome: 'stopped' }], skipped],
    ['its end twice', [{ type: 'ReleaseEnded', outcome: 'stopped' }], { type: 'ReleaseEnded', outcome: 'stopped' }],
  ])('refuse %s, and change nothing', (_, before, event) => {
    const kept = continued(opened(opening, at), before, at);

    expect(() => continued(kept, [event], at)).toThrow(
      `Release ${releaseId} does not take ${event.type} as it stands.`,
    );
  });

  test('let a release that has ended turn once more', () => {
    const ended = continued(opened(opening, at), [{ type: 'ReleaseEnded', outcome: 'stopped' }], at);
    const turn: ReleaseEvent = { type: 'ReleaseTurned', direction: 'rollBackAll', by: 'ana', reason: 'orders fail' };

    const { state } = continued(ended, [turn], at);
    expect(state).toMatchObject({ failure: { by: 'ana', reason: 'orders fail' } });
    expect('outcome' in state || 'endedAt' in state).toBe(false);
  });

  test.each<[string, unknown, string]>([
    ['of no type', { service: 'web' }, 'event.type'],
    ['without its reason', { type: 'MemberHeld', service: 'web' }, 'event.reason'],
    [
      'with a direction that there is not',
      { type: 'ReleaseTurned', direction: 'up', by: 'a', reason: 'b' },
      'event.direction',
    ],
  ])('refuse what was stored %s, and say where', (_, event, where) => {
    const read = recordedReleaseEvent.safeParse({ releaseId, sequence: 1, at, event });

    expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual([where]);
  });

  test('are asked about their own events only', () => {
    expect(() => releaseDefinitionOf(skipped).says(opening)).toThrow(
      'The definition of MemberSkipped was asked about an event ReleaseOpened.',
    );
    expect(() => releaseDefinitionOf({ type: 'MoonRisen' })).toThrow('MoonRisen is no event of a release.');
  });

  test('stand on the page of releases (else: npm run generate)', () => {
    expect(readFileSync(`${projectRoot}/docs/releases.md`, 'utf8')).toContain(`\n${releaseEventTable()}\n`);
  });
});
