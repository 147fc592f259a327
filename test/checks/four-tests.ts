/* eslint-disable jest/no-export -- one suite, run on every check */
import { describe, expect, test } from '@jest/globals';
import type { CheckWorld } from '../../lib/checks/check.ts';
import { checkOf } from '../../lib/checks/all-checks.ts';
import { runCheck } from '../../lib/checks/run-check.ts';
import type { World } from '../../lib/ports/world.ts';
import { modelSpec, type ModelWorld } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered, type Alterations } from '../usecases/watched-world.ts';

/** What a check meets, and what it should see. */
export interface Case {
  readonly when: string;
  readonly saw: string | RegExp;
  /** `skipped` in place of `passed`. */
  readonly skipped?: boolean;
  /** Fields of the spec besides the settings of the check. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Settings of the check in the spec. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Changes the model before the rollout opens. */
  readonly prepare?: (world: ModelWorld) => void;
  /** Ports that answer otherwise than the model does. */
  readonly world?: Alterations;
}

interface Cases {
  readonly passes: readonly [Case, ...Case[]];
  readonly fails: readonly [Case, ...Case[]];
}

/** The four tests of a check: it passes, it fails in each way, it is unknown without its rights, and it ends in time. */
export function fourTests(name: string, { passes, fails }: Cases): void {
  describe(`the check ${name}`, () => {
    test.each(passes)(`${name} passes: $when`, async (each) => {
      const { result, saw } = await run(name, each);

      expect({ result, saw }).toEqual({
        result: each.skipped === true ? 'skipped' : 'passed',
        saw: matching(each.saw),
      });
    });

    test.each(fails)(`${name} fails: $when`, async (each) => {
      const { result, saw, fix } = await run(name, each);

      expect({ result, saw }).toEqual({ result: 'failed', saw: matching(each.saw) });
      expect(fix).toBe(checkOf(name).page.fix);
    });

    test(`${name} is unknown without its rights, and names one`, async () => {
      const { result, passed, saw } = await run(name, fails[0], denied);

      expect({ result, passed }).toEqual({ result: 'unknown', passed: false });
      const { rights } = checkOf(name).page;
      expect(saw).toContain(rights[0] === undefined ? 'could not find out: ' : `the right ${rights[0]}`);
    });

    test(`${name} times out, and is unknown`, async () => {
      const { result, saw } = await run(name, fails[0], hanging, 5);

      expect([result, saw]).toEqual(['unknown', 'could not find out: no answer within 0.005 s']);
    });
  });
}

async function run(
  name: string,
  { spec = {}, settings = {}, prepare, world }: Case,
  change: (world: World) => CheckWorld = (same) => same,
  withinMilliseconds?: number,
) {
  const checks = checkOf(name).isOptional ? { checks: { [name]: settings } } : {};
  const journey = await journeyTo('opened', { spec: modelSpec({ ...checks, ...spec }), ...(prepare && { prepare }) });
  const { state } = await journey.stored();
  const given = change(altered(journey.world, world ?? {}));
  return runCheck(checkOf(name), state, given, { severity: 'block', withinMilliseconds });
}

function matching(saw: string | RegExp): unknown {
  return typeof saw === 'string' ? saw : expect.stringMatching(saw);
}

const asked = ['router', 'runtime', 'capacity', 'registry', 'probe', 'facts', 'store'] as const;

/** Every call is refused, as IAM refuses it. */
function denied(world: World): CheckWorld {
  return everyCall(world, () => {
    const error = new Error('User: arn:aws:sts::111122223333:assumed-role/x is not allowed that');
    error.name = 'AccessDeniedException';
    return Promise.reject(error);
  });
}

/** No call is ever answered. */
function hanging(world: World): CheckWorld {
  return everyCall(world, () => new Promise(() => undefined));
}

function everyCall(world: World, answer: () => Promise<unknown>): CheckWorld {
  const instead = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (_, method) =>
        method === 'inVpc' ? () => instead(port) : method === 'deployments' ? instead(port) : answer,
    });
  return asked.reduce<World>((so, name) => ({ ...so, [name]: instead(so[name]) }), world);
}
