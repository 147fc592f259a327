import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { eventTable } from '../../lib/rollout/event-table.ts';
import { definitionOf, eventDefinitions } from '../../lib/rollout/events.ts';
import { defineEvent } from '../../lib/rollout/events/define-event.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { inPhase, samples } from './sample-events.ts';

const types = eventDefinitions.map(({ type }) => type);

/** The files of the product that name each type, by type. */
const named = new Map(types.map((type) => [type, new Set<string>()]));
for (const file of globSync('{lib,functions}/**/*.ts', { cwd: projectRoot })) {
  const text = readFileSync(`${projectRoot}/${file}`, 'utf8');
  for (const [type, files] of named) if (new RegExp(`\\b${type}\\b`).test(text)) files.add(file);
}

const moonRisen = defineEvent({
  type: 'MoonRisen',
  when: 'the moon rises',
  detail: z.object({ phase: z.string(), late: z.boolean().optional() }),
  allowedIn: ['baking'],
  accepts: (_, { phase }) => phase !== 'new',
  severity: 'info',
  severityOf: ({ late }) => (late === true ? 'warning' : undefined),
  evolve: ({ weight }, _, at) => ({ heldSince: `${at} at ${weight} %` }),
  says: ({ phase }, { service }) => `A ${phase} moon rises over ${service}.`,
  next: 'It sets.',
});

describe('the definitions of events', () => {
  test('every type is defined once, and has an example', () => {
    expect(new Set(types).size).toBe(types.length);
    expect(Object.keys(samples).toSorted()).toEqual(types.toSorted());
  });

  test('what an event closes is another event, which stays open until then', () => {
    const closed = eventDefinitions.flatMap(({ type, closes = [] }) => closes.map((other) => [type, other] as const));

    expect(closed.filter(([type, other]) => type === other || !types.some((known) => known === other))).toEqual([]);
    for (const type of types.filter((known) => closed.some(([, other]) => other === known))) {
      const { opens, opensAsItIs, severity } = definitionOf({ type });
      expect([type, opens === true || opensAsItIs === true || severity === 'critical']).toEqual([type, true]);
    }
  });

  test('what is announced names fields of the event', () => {
    for (const { type, detail, announced = [] } of eventDefinitions) {
      expect([type, announced.filter((name) => !(name in detail.shape))]).toEqual([type, []]);
    }
  });

  // The reason for definitions: an event was known in a median of eight files of lib, sixteen at worst.
  test('half of all events are named in at most three files of the product', () => {
    const counts = [...named.values()].map(({ size }) => size).toSorted((left, right) => left - right);

    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(3);
  });

  test('no file outside the definitions is a table of events', () => {
    const byFile = new Map<string, number>();
    for (const files of named.values()) for (const file of files) byFile.set(file, (byFile.get(file) ?? 0) + 1);
    const tables = [...byFile].filter(([file, count]) => count > 8 && !file.startsWith('lib/rollout/events/'));

    expect(tables).toEqual([]);
  });

  test('the page of events holds their table (else: npm run generate)', () => {
    expect(readFileSync(`${projectRoot}/docs/events.md`, 'utf8')).toContain(`\n${eventTable()}\n`);
  });
});

describe('defineEvent', () => {
  const event = { type: 'MoonRisen', phase: 'full' };
  const late = { ...event, late: true };
  const invisible = { ...event, phase: 'new' };

  test('gives all that is known of an event', () => {
    expect(moonRisen.says(event, inPhase.baking)).toBe('A full moon rises over web.');
    expect(moonRisen.why(event, inPhase.baking)).toEqual([]);
    expect(moonRisen.next(event, { state: inPhase.baking, at: 'now', stage: 'test' })).toBe('It sets.');
    expect(moonRisen.evolve(inPhase.baking, event, 'now')).toEqual({ heldSince: 'now at 10 %' });
    expect(moonRisen.severityOf(event)).toBe('info');
    expect(moonRisen.severityOf(late)).toBe('warning');
    expect(moonRisen.accepts(inPhase.baking, invisible)).toBe(false);
  });

  test('parses the whole event', () => {
    expect(moonRisen.stored().safeParse(event).success).toBe(true);
    expect(moonRisen.stored().safeParse({ ...event, type: 'SunRisen' }).success).toBe(false);
    expect(moonRisen.stored().safeParse({ type: 'MoonRisen' }).success).toBe(false);
  });

  test('is asked about its own events only', () => {
    expect(() => moonRisen.says(samples.BakeHeld, inPhase.baking)).toThrow(
      'The definition of MoonRisen was asked about an event BakeHeld.',
    );
  });
});
