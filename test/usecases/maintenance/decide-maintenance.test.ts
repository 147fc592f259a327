import { describe, expect, test } from '@jest/globals';
import type { MaintenanceRecord } from '../../../lib/ports/maintenances.ts';
import {
  decideOrder,
  isSettled,
  newsOfUp,
  recordOfUp,
  type UpFacts,
} from '../../../lib/usecases/maintenance/decide-maintenance.ts';
import { modelSpec } from '../../model/model-world.ts';

const now = new Date('2026-03-01T12:00:00Z');
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
const record: MaintenanceRecord = {
  wanted: 'on',
  by: 'ana',
  how: 'command',
  reason: 'a migration',
  at: before(600),
  since: before(600),
  standing: 'ordered',
  listeners: ['arn:listener'],
};
const still = { healthySince: undefined, ends: undefined, reminder: undefined };
const facts = (change: Partial<UpFacts> = {}): UpFacts => ({
  ...{ decision: still, trouble: undefined, toldIn: ['web-1'], upAt: before(540), now },
  ...change,
});
const trouble = 'the listener has no room for a rule';

describe('the newest order of a service', () => {
  const spec = modelSpec();

  test.each([
    ['that wants the page writes its rules', record, spec, { does: 'raise', spec }],
    ['that wants it for a service without a spec is ended', record, undefined, { does: 'end' }],
    ['that does not want it removes its rules', { ...record, wanted: 'off' as const }, spec, { does: 'lower' }],
    ['that is lost removes what may be left', undefined, spec, { does: 'lower' }],
  ])('%s', (_, order, of, expected) => {
    expect(decideOrder(order, of)).toEqual(expected);
  });

  test.each([
    ['may still be written by a call that was given up', 59, false],
    ['is settled once none can live', 60, true],
  ])('%s', (_, seconds, settled) => {
    expect(isSettled({ at: before(seconds) }, now)).toBe(settled);
  });
});

describe('the record of a maintenance that is up', () => {
  test.each<readonly [string, Partial<MaintenanceRecord>, Partial<UpFacts>, Partial<MaintenanceRecord>]>([
    ['says since when, and who knows of it', {}, {}, {}],
    [
      'says since when targets are healthy',
      {},
      { decision: { ...still, healthySince: before(5) } },
      { healthySince: before(5) },
    ],
    ['forgets that they were', { healthySince: before(90) }, {}, {}],
    ['says why it is not as it should be', {}, { trouble }, { trouble }],
    ['forgets what is put right', { trouble }, {}, {}],
    [
      'says when people were reminded',
      {},
      { decision: { ...still, reminder: '1 of 2 healthy' } },
      { remindedAt: now.toISOString() },
    ],
    ['keeps when that was', { remindedAt: before(60) }, {}, { remindedAt: before(60) }],
  ])('%s', (_, known, seen, expected) => {
    expect(recordOfUp({ ...record, ...known }, facts(seen))).toEqual({
      ...record,
      standing: 'up',
      upAt: before(540),
      toldIn: ['web-1'],
      ...expected,
    });
  });
});

describe('what people hear of a maintenance that is up', () => {
  const troubled = { type: 'MaintenanceTroubled', since: record.since, reason: trouble };
  const reminded = { type: 'MaintenanceReminded', since: record.since, state: '1 of 2 healthy' };
  const due = { ...still, reminder: '1 of 2 healthy' };

  test.each<readonly [string, string | undefined, Partial<UpFacts>, readonly object[]]>([
    ['is nothing while it is as it should be', undefined, {}, []],
    ['is why it is not', undefined, { trouble }, [troubled]],
    ['is that once', trouble, { trouble }, []],
    ['is another reason, too', 'something else', { trouble }, [troubled]],
    ['is that it goes on, when it is time', trouble, { trouble, decision: due }, [reminded]],
    ['is both, the trouble first', undefined, { trouble, decision: due }, [troubled, reminded]],
  ])('%s', (_, known, seen, news) => {
    const before = known === undefined ? record : { ...record, trouble: known };

    expect(newsOfUp(before, facts(seen))).toEqual(news);
  });
});
