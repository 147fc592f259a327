import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { detailTypeOf, type EventDetail, eventDetail } from '../../lib/messages/event-detail.ts';
import { escalationMessage, reminderMessage, transitionMessage } from '../../lib/messages/message.ts';
import { testMessage } from '../../lib/messages/test-message.ts';
import type { EventType } from '../../lib/rollout/events.ts';
import { severityOf } from '../../lib/rollout/transition.ts';
import { after, at, eventTypes, samples } from '../rollout/sample-events.ts';

const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
const around = { stage: 'test', region: 'eu-west-1' };

interface Documented {
  readonly severity: string;
  /** Names of fields with the kind of their value. */
  readonly fields: ReadonlyMap<string, { readonly kind: string; readonly isOptional: boolean }>;
}

/** The table of the page: it is the contract. */
const documented: ReadonlyMap<string, Documented> = new Map(
  [...page.matchAll(/^\| `(\w+)` +\| (info|warning|critical) +\| [^|]* \| ([^|]*) \|$/gm)].map(
    ([, type = '', severity = '', fields = '']) => [
      type,
      {
        severity,
        fields: new Map(
          [...fields.matchAll(/`(\w+)` (\w+)(\??)/g)].map(([, name = '', kind = '', mark]) => [
            name,
            { kind, isOptional: mark === '?' },
          ]),
        ),
      },
    ],
  ),
);

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' ? 'text' : typeof value;
}

function detailOf(type: EventType): EventDetail {
  const state = after();
  const recorded = { rolloutId: state.rolloutId, sequence: 2, at, event: samples[type] };
  return eventDetail(transitionMessage(recorded, [], state, around));
}

const linked = [{ text: expect.any(String) as unknown, url: expect.stringMatching(/^https:/) as unknown }];

/** Planned work has no execution yet, and pages have no address here. */
const linksOf = (type: EventType) => (type.startsWith('PlannedWork') ? [] : linked);

const told = eventTypes.filter((type) => severityOf(type) !== undefined);

describe('events of version 1', () => {
  test('are documented, every type of them, with its severity', () => {
    expect([...documented].map(([type, { severity }]) => [type, severity]).toSorted()).toEqual(
      told.map((type) => [type, severityOf(type)]).toSorted(),
    );
  });

  test.each(told)('%s carries what is documented, and nothing else', (type) => {
    const { fields } = documented.get(type) ?? { fields: new Map<string, never>() };
    const { detail } = detailOf(type);
    const shape = Object.entries(detail).map(([name, value]) => [name, kindOf(value)]);

    expect(shape.map(([name]) => [name, fields.get(name ?? '')?.kind])).toEqual(shape);
    const required = [...fields].flatMap(([name, { isOptional }]) => (isOptional ? [] : [name]));
    expect(required.filter((name) => !(name in detail))).toEqual([]);
  });

  test.each(told)('%s has the frame that every event has', (type) => {
    expect(detailOf(type)).toEqual({
      version: '1',
      id: expect.stringMatching(/^web-20260301-110000-abcdef\/t2$/) as unknown,
      kind: 'transition',
      rolloutId: 'web-20260301-110000-abcdef',
      traceId: expect.any(String) as unknown,
      service: 'web',
      stage: 'test',
      image: expect.any(String) as unknown,
      sequence: 2,
      type,
      severity: severityOf(type),
      at,
      what: expect.stringMatching(/./) as unknown,
      why: expect.any(Array) as unknown,
      who: expect.stringMatching(/./) as unknown,
      next: expect.stringMatching(/./) as unknown,
      links: linksOf(type),
      ends: [],
      takes: [],
      detail: expect.any(Object) as unknown,
    });
  });

  test('every field of the frame stands in the example of the page', () => {
    const [, example = ''] = /```json\n([^]*?)\n```/.exec(page) ?? [];
    const written: unknown = JSON.parse(example);

    expect(Object.keys(written ?? {}).toSorted()).toEqual(Object.keys(detailOf('RollbackRequested')).toSorted());
  });

  test('each kind has a name of its own on EventBridge', () => {
    const state = after();
    const message = transitionMessage(
      { rolloutId: state.rolloutId, sequence: 2, at, event: samples.RollbackRequested },
      [],
      state,
      around,
    );
    const matter = { type: 'RollbackRequested', at, severity: 'critical' } as const;
    const kinds = [
      message,
      escalationMessage(message),
      reminderMessage(matter, 1, new Date(at), { state, sequence: 2 }, around),
      testMessage('web', around, 'id', new Date(at), 'ada'),
    ];

    expect(kinds.map((one) => detailTypeOf(one))).toEqual([
      'Sluice Rollout Transition',
      'Sluice Rollout Escalation',
      'Sluice Rollout Reminder',
      'Sluice Rollout Test',
    ]);
    expect(new Set(kinds.map((one) => eventDetail(one).id)).size).toBe(4);
    for (const kind of kinds)
      expect(Object.keys(eventDetail(kind)).toSorted()).toEqual(Object.keys(detailOf('RollbackRequested')).toSorted());
  });

  test('one that is too long is cut to what EventBridge takes, and says where the whole is', () => {
    const state = after();
    const reason = '\u{1F600}<'.repeat(200_000);
    const event = { type: 'RolledBack', reason } as const;
    const cut = eventDetail(
      transitionMessage({ rolloutId: state.rolloutId, sequence: 2, at, event }, [], state, around),
    );

    expect(Buffer.byteLength(JSON.stringify(cut))).toBeLessThan(200_000);
    expect(cut.detail).toEqual({ truncated: expect.stringContaining('sluice get') as unknown });
    expect(cut.what.isWellFormed()).toBe(true);
  });
});
