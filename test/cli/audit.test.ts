import { beforeEach, describe, expect, test } from '@jest/globals';
import type { KeptRecord } from '../../lib/ports/kept-record.ts';
import { rolloutId, written } from '../storage/chained-record.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;
let events: Map<number, string>;
let state: Record<string, unknown>;

beforeEach(() => {
  cli = new FakeCli();
  const items = written();
  ({ state } = items);
  events = new Map([...items.events].map(([place, item]) => [place, String(item['recorded'])]));
  keep({ rolloutId, events, state });
});

function keep(record: KeptRecord): void {
  cli.records.set(record.rolloutId, record);
}

describe('sluice audit verify', () => {
  test('of a record that nobody touched says how many events follow from each other', async () => {
    const { code, out } = await cli.run('audit verify web-1');

    expect(out).toEqual([`web-1: ${events.size} events follow from each other, and the state follows from them.`]);
    expect(code).toBe(0);
  });

  test.each<[string, () => void, string]>([
    [
      'a changed event',
      () => events.set(2, (events.get(2) ?? '').replace('"sequence":2', '"extra":1,"sequence":2')),
      'Event 2 was changed.',
    ],
    ['a dropped event', () => events.delete(3), 'Event 3 is missing.'],
    ['an event at another place', () => events.set(3, events.get(2) ?? ''), 'Event 2 is in the place of event 3.'],
    ['an event behind the end', () => events.set(99, events.get(2) ?? ''), 'Event 99 is behind the end of the record.'],
    ['a changed state', () => Object.assign(state, { active: 'no!' }), 'The state does not follow from event'],
    [
      'a state that is gone',
      () => {
        keep({ rolloutId, events, state: undefined });
      },
      'The state is missing.',
    ],
  ])('names %s, and fails', async (_, forge, says) => {
    forge();

    const { code, out } = await cli.run('audit verify web-1');

    expect(out[0]).toBe('web-1 was changed outside of Sluice:');
    expect(out.join('\n')).toContain(says);
    expect(code).toBe(1);
  });

  test('says of a record without hashes that it cannot tell', async () => {
    const plain = [...events].map(([place, text]): [number, string] => {
      const { chain: _, ...event } = JSON.parse(text) as Record<string, unknown>;
      return [place, JSON.stringify(event)];
    });
    const { head: _, ...before } = state;
    keep({ rolloutId, events: new Map(plain), state: before });

    const { code, out } = await cli.run('audit verify web-1');

    expect(out[0]).toContain('web-1 is unchained');
    expect(code).toBe(0);
  });

  test('finds in an exported file what it finds in the table, and asks no AWS', async () => {
    const { out: lines } = await cli.run('audit export web-1');
    cli.files.set('good.jsonl', lines.join('\n'));
    cli.files.set('forged.jsonl', lines.filter((line) => !line.includes('"place":4')).join('\n'));
    const before = cli.connected.length;

    const good = await cli.run('audit verify --file good.jsonl --json');
    const forged = await cli.run('audit verify --file forged.jsonl --json');

    expect(JSON.parse(good.out.join(''))).toEqual({ rolloutId, events: events.size, record: 'chained', findings: [] });
    expect(JSON.parse(forged.out.join(''))).toMatchObject({ findings: [{ kind: 'dropped', sequence: 4 }] });
    expect([good.code, forged.code]).toEqual([0, 1]);
    expect(cli.connected).toHaveLength(before);
  });

  test.each([
    ['nothing to check', 'audit verify', 'Name a rollout, or a file with --file, and not both.', 2],
    ['both', 'audit verify web-1 --file x.jsonl', 'Name a rollout, or a file with --file, and not both.', 2],
    ['an unknown rollout', 'audit verify web-9', 'has no record of a rollout "web-9"', 1],
    ['a file that is no record', 'audit verify --file x.jsonl', 'x.jsonl is no record: Line 1 should have', 1],
  ])('refuses %s', async (_, words, says, exit) => {
    cli.files.set('x.jsonl', '{"place":1}\n');

    const { code, err } = await cli.run(words);

    expect(err.join()).toContain(says);
    expect(code).toBe(exit);
  });
});
