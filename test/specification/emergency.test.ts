import { expect, test } from '@jest/globals';
import { emergencySettings } from '../../lib/specification/emergency.ts';
import { modelSpec } from '../model/model-world.ts';

test('without a word of it nothing begins by itself, and the command does all parts', () => {
  expect(emergencySettings(modelSpec())).toEqual({
    parts: ['capacity', 'lastKnownGood', 'maintenance'],
    isAutomatic: false,
    waitSeconds: 60,
    limitSeconds: 3600,
  });
  expect(emergencySettings(modelSpec({ emergency: {} })).isAutomatic).toBe(true);
});

test('each part, the wait and the limit are what the spec says', () => {
  const emergency = {
    automatic: false,
    capacity: false,
    lastKnownGood: true,
    maintenance: false,
    wait: '2m',
    limit: '30m',
  };
  expect(emergencySettings(modelSpec({ emergency }))).toEqual({
    parts: ['lastKnownGood'],
    isAutomatic: false,
    waitSeconds: 120,
    limitSeconds: 1800,
  });
  expect(() => modelSpec({ emergency: { limit: '1m' } })).toThrow('out of range');
  expect(() => modelSpec({ emergency: { database: 'shop' } })).toThrow('database');
});
