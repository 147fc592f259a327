import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { formProblem } from '../../lib/specification/form.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { storedForms } from '../../lib/specification/stored-form.ts';
import { storedCalendarForm } from '../../lib/specification/stored-calendar-form.ts';
import { storedGateForm } from '../../lib/specification/stored-gate-form.ts';
import { storedSpecForm } from '../../lib/specification/stored-spec-form.ts';
import { storedSpec } from '../../lib/specification/stored-spec.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { releasedStack } from '../upgrade/released-stack.ts';

const examples = globSync('examples/rollouts/*.yml', { cwd: projectRoot });
const { record } = await releasedStack('0.1.0');
const spec: unknown = JSON.parse(JSON.stringify(record.states['baking']?.spec));

/** What is wrong with the spec of 0.1.0 after a field was set. */
function problemWith(path: string, value: unknown) {
  const changed = structuredClone(spec);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let place: unknown = changed;
  for (const key of keys) place = Reflect.get(Object(place), key);
  Reflect.set(Object(place), last, value);
  const [issue] = storedSpec.safeParse(changed).error?.issues ?? [];
  return issue === undefined ? undefined : `${issue.path.join('.')}: ${issue.message}`;
}

describe('a stored spec', () => {
  test('has the form that its schema gives it (else: npm run generate)', () => {
    expect({ spec: storedSpecForm, gate: storedGateForm, calendarEntry: storedCalendarForm }).toEqual(storedForms());
  });

  test('of 0.1.0 is read', () => {
    expect(formProblem(storedSpecForm, spec)).toBeUndefined();
  });

  test.each(examples)('of %s is read', (file) => {
    const read = parseSpec(readFileSync(`${projectRoot}/${file}`, 'utf8'), file);
    const stored: unknown = read.ok ? JSON.parse(JSON.stringify(read.spec)) : read.findings;

    expect(formProblem(storedSpecForm, stored)).toBeUndefined();
  });

  test.each([
    ['timeouts.later', 5],
    ['later', { any: 'thing' }],
    ['rollback.blueImage', undefined],
    ['steps.0.weight', 7.5],
  ])('with %s %j is read: another version wrote it', (path, value) => {
    expect(problemWith(path, value)).toBeUndefined();
  });

  test.each([
    ['steps.0.bake', '5m', 'steps.0.bake: expected number'],
    ['gates', undefined, 'gates: expected a list'],
    ['gates.0.pass', '1%', 'gates.0.pass: expected number'],
    ['slots.a.targetGroups', undefined, 'slots.a.targetGroups: expected a list'],
    ['onBusy', 'shrug', 'onBusy: expected reject or queue or supersede'],
    ['service', 5, 'service: expected text'],
    ['metrics', [], 'metrics: expected a map'],
    ['approvals.controlLinks', 'yes', 'approvals.controlLinks: expected boolean'],
  ])('with %s %j is refused', (path, value, problem) => {
    expect(problemWith(path, value)).toBe(problem);
  });

  test('is a map', () => {
    expect(storedSpec.safeParse('web').success).toBe(false);
    expect(storedSpec.safeParse(undefined).success).toBe(false);
  });
});
