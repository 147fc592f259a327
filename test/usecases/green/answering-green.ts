import type { World } from '../../../lib/ports/world.ts';
import { verifyGreen } from '../../../lib/usecases/green/verify-green.ts';
import { modelSpec } from '../../model/model-world.ts';
import { goodImage, type Journey } from '../journey.ts';
import { untilVerified } from '../until-verified.ts';
import { type Alterations, altered } from '../watched-world.ts';

/** A spec that names the version in a header. */
export const withHeader = (overrides = {}) => modelSpec({ verify: { header: 'x-version' }, ...overrides });

interface Asked {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly address: string | undefined;
}

export type Given = number | 'silence' | Error | 'blue' | 'other';

export interface Circumstances {
  readonly seconds?: number;
  /** Header that says the version, as green and blue give it. */
  readonly shown?: { readonly green?: string; readonly blue?: string };
  readonly addresses?: readonly string[];
  readonly parts?: Alterations;
}

/**
 * A service whose answers to the private word a test decides, one by one; `blue` is blue's answer where the rule is not live,
 * `other` another service's. What reaches green is counted for its target group.
 */
export function answeringGreen(
  journey: Journey,
  answers: (number: number, address: string | undefined) => Given,
  how: Circumstances = {},
) {
  const { seconds = 0.01, shown = { green: goodImage, blue: '411-3c9e1f0' }, addresses = ['127.0.0.1'], parts } = how;
  const asked: Asked[] = [];
  const { world } = journey;
  const get: World['probe']['get'] = (url, headers, timeoutSeconds, address) => {
    const isPrivate = [...world.headerRoutes.values()].some(({ header, value }) => headers[header] === value);
    if (isPrivate) asked.push({ url, headers, timeoutSeconds, address });
    const answer = isPrivate ? answers(asked.length, address) : 'blue';
    if (answer === 'silence' || seconds > timeoutSeconds) {
      world.time += timeoutSeconds * 1000;
      return Promise.reject(new Error(`no whole answer within ${timeoutSeconds} s`));
    }
    world.time += seconds * 1000;
    if (answer instanceof Error) return Promise.reject(answer);
    if (typeof answer === 'number') world.countProbe(headers);
    const version = typeof answer === 'number' ? shown.green : answer === 'blue' ? shown.blue : undefined;
    return Promise.resolve({
      status: typeof answer === 'number' ? answer : 200,
      milliseconds: seconds * 1000,
      headers: version === undefined ? {} : { 'x-version': version },
      body: 'ok',
    });
  };
  const probe = { get, addressesOf: () => Promise.resolve(addresses) };
  const at = altered(world, { ...parts, probe });
  return {
    asked,
    look: () => verifyGreen(journey.owned, at),
    run: async () =>
      (
        await untilVerified(journey.owned, at, (milliseconds) => {
          world.time += milliseconds;
        })
      ).map(({ outcome }) => outcome),
  };
}
