import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { abilities } from '../../lib/drivers/layout/abilities.ts';
import { driverNames, driverShapes } from '../../lib/drivers/shapes/registry.ts';
import { withDriverDefaults } from '../../lib/specification/driver-defaults.ts';
import { driverTable } from '../../lib/specification/driver-table.ts';
import { abilityNames, lintDriver } from '../../lib/specification/lint-driver.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { rolloutSpec, type RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import { readYaml } from '../../lib/specification/yaml-source.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { fixtureShape } from '../drivers/fixture/shape.ts';
import { minimalSpec } from './example-spec.ts';

/** The minimal spec with some more lines, with the defaults of the fixture driver. */
function fixtureSpec(more = '', from = minimalSpec): RolloutSpec {
  const read = readYaml(`driver: fixture\n${from}\n${more}\n`, 'web.yml');
  if (!read.ok) throw new Error(read.findings.map(({ message }) => message).join());
  const filled = withDriverDefaults(read.source.value, { fixture: fixtureShape });
  return rolloutSpec.parse({ ...Object.fromEntries(Object.entries(filled ?? {})), driver: undefined });
}

const oneRule = minimalSpec.replace(/^ *- listener:.*\n/gm, '');

describe('a driver that can do little', () => {
  test('has default values of its own, and a spec that needs nothing else is good', () => {
    const spec = fixtureSpec('', oneRule);

    expect(spec.steps.map(({ weight, bake }) => [weight, bake])).toEqual([
      [50, 1200],
      [100, 1200],
    ]);
    expect(spec.capacity).toMatchObject({ sizing: 'full', minimum: 2 });
    expect(lintDriver(spec, fixtureShape)).toEqual([]);
  });

  test('leaves what is written as it is, inside of maps too', () => {
    const spec = fixtureSpec(
      'capacity: { minimum: 3 }\nretention: { keepFor: 1h }\nsteps: [{ weight: 100, bake: 9m }]',
    );

    expect(spec.capacity).toMatchObject({ sizing: 'full', minimum: 3 });
    expect(spec.retention).toEqual({ keepFullFor: 0, keepFor: 3600 });
    expect(spec.steps).toEqual([{ weight: 100, bake: 540 }]);
  });

  test.each<[string, string, readonly PropertyKey[]]>([
    ['anyWeights', 'steps: [{ weight: 5, bake: 20m }, { weight: 100, bake: 20m }]', ['steps']],
    ['sizedAhead', 'capacity: { sizing: ahead }', ['capacity', 'sizing']],
    ['ownMetrics', 'preset: web', ['gates', 5]],
    [
      'leavesOutSteps',
      'steps: [{ weight: 50, bake: 20m, leaveOutWhenQuiet: true }, { weight: 100, bake: 20m }]',
      ['steps', 0, 'leaveOutWhenQuiet'],
    ],
    ['choosesDefinition', 'taskDefinition: latest-of-family', ['taskDefinition']],
    ['waits', 'onBusy: queue', ['onBusy']],
    ['keepsBlue', 'retention: { keepFor: 1h }', ['retention', 'keepFor']],
    ['cutsRequests', 'openRequests: { mode: cut }', ['openRequests', 'mode']],
    ['goesBack', 'drills: { rollback: [staging] }', ['drills', 'rollback']],
  ])('has a spec refused that needs %s, with its reason and what to write', (ability, more, path) => {
    const [doubt, ...others] = lintDriver(fixtureSpec(more, oneRule), fixtureShape);
    const { can, instead } = new Map(Object.entries(abilities)).get(ability) ?? { can: 'nothing', instead: 'nothing' };
    const reasons = Object.entries(fixtureShape.cannot);
    const why =
      ability === 'anyWeights' ? 'it gives 50 and 100, not 5, 100' : (new Map(reasons).get(ability) ?? 'no reason');

    expect(others).toEqual([]);
    expect(doubt).toEqual({
      path,
      severity: 'error',
      message: `the driver fixture cannot ${can}: ${why}; expected ${instead}`,
    });
  });

  test('has a spec refused with several rules, and with a default action', () => {
    expect(lintDriver(fixtureSpec(), fixtureShape).map(({ path, message }) => [path, message])).toEqual([
      [['traffic', 1], expect.stringContaining('cannot shift several rules together: it has one rule')],
      [['traffic', 0], expect.stringContaining('cannot shift the default action of a listener')],
    ]);
  });
});

describe('a driver that brings an earlier version back', () => {
  const one = oneRule.replace('service: web-b', 'service: web-a');

  test('has steps refused by which it cannot do so', () => {
    const doubts = (driver: string, steps: string) => {
      const read = parseSpec(`driver: ${driver}\n${one}\nrollback: { steps: ${steps} }\n`, 'web.yml');
      if (!read.ok) throw new Error(read.findings.map(({ message }) => message).join());
      return lintDriver(read.spec);
    };
    const uneven = '[{ weight: 10, bake: 9m }, { weight: 50, bake: 9m }, { weight: 100, bake: 9m }]';

    expect(doubts('ecs-managed', uneven)).toMatchObject([
      { path: ['rollback', 'steps'], severity: 'error', message: expect.stringContaining('not 10, 50, 100') },
    ]);
    expect(doubts('ecs-managed', '[{ weight: 10, bake: 9m }, { weight: 100, bake: 9m }]')).toEqual([]);
    expect(doubts('ecs-native', uneven)).toEqual([]);
  });
});

test('a driver has a drill refused whose one weight it cannot give', () => {
  const one = oneRule.replace('service: web-b', 'service: web-a');
  const doubts = (driver: string) => {
    const read = parseSpec(`driver: ${driver}\n${one}\ndrills: { rollback: [staging] }\n`, 'web.yml');
    if (!read.ok) throw new Error(read.findings.map(({ message }) => message).join());
    return lintDriver(read.spec).filter(({ path }) => path[0] === 'drills');
  };
  const why = 'cannot run a drill of the rollback: a drill gives green 10 % and goes back: ECS moves all at once';
  expect(doubts('ecs-managed')).toMatchObject([{ severity: 'error', message: expect.stringContaining(why) }]);
  expect(doubts('ecs-native')).toHaveLength(1);
});

describe('the drivers', () => {
  test('are named in a spec; one that names none has the slots', () => {
    const named = parseSpec(`driver: slots\n${minimalSpec}`, 'web.yml');

    expect(named).toMatchObject({ ok: true, spec: { driver: 'slots' } });
    expect(lintSpec(minimalSpec, 'web.yml')).toEqual([]);
    expect(lintSpec(`driver: none\n${minimalSpec}`, 'web.yml')).toMatchObject([
      { line: 1, severity: 'error', message: expect.stringContaining(driverNames.join(' or ')) },
    ]);
  });

  test('have default values that they can do', () => {
    for (const shape of Object.values(driverShapes)) {
      const filled = withDriverDefaults({ driver: shape.name }, { [shape.name]: shape });
      const steps = rolloutSpec.in.shape.steps.parse(new Map(Object.entries(filled ?? {})).get('steps'));
      expect(shape.whyNot(steps.map(({ weight }) => weight))).toBeUndefined();
    }
  });

  test('are compared in docs/drivers.md (else: npm run generate)', () => {
    const page = readFileSync(`${projectRoot}/docs/drivers.md`, 'utf8');

    expect(page).toContain(`\n${driverTable()}\n`);
    expect(driverTable([fixtureShape])).toContain('no: it has one rule');
    expect(abilityNames.toSorted()).toEqual(Object.keys(abilities).toSorted());
  });

  test('restore by branches that the rollback machine has without a function', () => {
    const machine = readFileSync(`${projectRoot}/statemachines/rollback.asl.yml`, 'utf8');
    for (const { restoresBy } of Object.values(driverShapes)) {
      for (const branch of restoresBy) {
        expect(machine).toMatch(
          new RegExp(String.raw`Variable: \$\.item\.kind\n\s+StringEquals: ${branch}\n\s+Next: Restore\w+`),
        );
      }
    }
  });
});
