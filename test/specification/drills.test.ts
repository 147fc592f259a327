import { expect, test } from '@jest/globals';
import { allowsDrill } from '../../lib/specification/drills.ts';
import { modelSpec } from '../model/model-world.ts';

test('a drill is allowed in the stages that the spec names for it, and nowhere else', () => {
  const spec = modelSpec({ drills: { rollback: ['staging', 'production'] } });

  expect(allowsDrill(spec, 'rollback', 'production')).toBe(true);
  expect(allowsDrill(spec, 'rollback', 'prod')).toBe(false);
  expect(allowsDrill(modelSpec({ drills: {} }), 'rollback', 'staging')).toBe(false);
  expect(allowsDrill(modelSpec(), 'rollback', 'staging')).toBe(false);
});

test.each([
  ['a single name', { rollback: 'staging' }, 'expected a list of stages'],
  ['no name', { rollback: [] }, 'expected at least one stage'],
  ['what is no name', { rollback: ['two words'] }, 'expected the name of a stage'],
  ['another drill', { database: ['staging'] }, 'database'],
])('%s is refused', (_, drills, reason) => {
  expect(() => modelSpec({ drills })).toThrow(reason);
});
