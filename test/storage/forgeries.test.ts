import { describe, expect, test } from '@jest/globals';
import { keptRecordOf } from '../../lib/storage/dynamodb-kept-record.ts';
import { recordFromLines, recordLines } from '../../lib/storage/exported-record.ts';
import { recordFindings } from '../../lib/storage/verify-chain.ts';
import { rolloutId, written } from './chained-record.ts';

type Item = Readonly<Record<string, unknown>>;

/** The items of a rollout as they lie in the table. */
function items(): Item[] {
  const { events, state } = written();
  return [...events.values(), state];
}

/** What is found where somebody changed the items of a rollout: in the table, and in a file that was exported of it. */
function found(forge: (all: Item[]) => readonly Item[]): readonly string[] {
  const record = keptRecordOf(rolloutId, forge(items()));
  if (record === undefined) throw new Error('nothing is left');
  const exported = recordFromLines(
    recordLines(record)
      .map((line) => JSON.stringify(line))
      .join('\n'),
  );
  const says = recordFindings(record).map((one) => one.says);
  expect(recordFindings(exported).map((one) => one.says)).toEqual(says);
  return says;
}

const textOf = (item: Item | undefined) => String(item?.['recorded']);
const second = 'EVENT#00000002';
/** Puts another text in the place of that of event 2. */
const rewritten = (change: (text: string) => string) => (all: Item[]) =>
  all.map((item) => (item['sk'] === second ? { ...item, recorded: change(textOf(item)) } : item));
const withChain = (change: object) =>
  rewritten((text) => {
    const event: unknown = JSON.parse(text);
    const link: unknown = Reflect.get(Object(event), 'chain');
    return JSON.stringify(Object.assign({}, event, { chain: Object.assign({}, link, change) }));
  });
const beside =
  (sk: string, like = second) =>
  (all: Item[]) => [...all, { ...all.find((item) => item['sk'] === like), sk }];

describe('a record that nobody touched', () => {
  test('has no finding', () => {
    expect(found((all) => all)).toEqual([]);
  });
});

describe('is named', () => {
  test.each<[string, (all: Item[]) => readonly Item[], string]>([
    ['another time', rewritten((text) => text.replace(/"at":"[^"]+"/, '"at":"2026-03-01T00:00:00.000Z"')), 'Event 2'],
    ['a field more', rewritten((text) => text.replace('{', '{"zz":1,')), 'Event 2 was changed.'],
    [
      'a field named __proto__',
      rewritten((text) => text.replace('{', '{"__proto__":{"by":"eve"},')),
      'Event 2 was changed.',
    ],
    ['a field within the link', withChain({ zz: 1 }), 'Event 2 was changed.'],
    [
      'a field named __proto__ within the link',
      rewritten((text) => text.replace('"chain":{', '"chain":{"__proto__":{"x":1},')),
      'Event 2 was changed.',
    ],
    ['another hash of the state', withChain({ state: '0'.repeat(64) }), 'Event 2 was changed.'],
    [
      'a key that stands twice',
      rewritten((text) => text.replace('{', '{"at":"1999-01-01T00:00:00.000Z",')),
      'not written as Sluice writes it',
    ],
    ['white space', rewritten((text) => `${text} `), 'not written as Sluice writes it'],
    ['a second item for the place of an event', beside('EVENT#2'), 'EVENT#2 lies among the events'],
    ['an event 0', beside('EVENT#00000000'), 'EVENT#00000000 lies among the events'],
    ['an item behind all events', beside('EVENT#~'), 'EVENT#~ lies among the events'],
  ])('%s', (_, forge, says) => {
    expect(found(forge).join(' ')).toContain(says);
  });

  test('a change that a copy of the event under another key should hide', () => {
    const hidden = (all: Item[]) => [
      ...rewritten((text) => text.replace('PreChecksPassed', 'ApprovalGranted'))(all),
      ...beside('EVENT#2')(all).slice(-1),
    ];

    expect(found(hidden).join(' ')).toContain('Event 2 was changed.');
  });
});
