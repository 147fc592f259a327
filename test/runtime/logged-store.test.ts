import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { logger } from '../../lib/platform/logger.ts';
import { loggedStore } from '../../lib/runtime/logged-store.ts';
import { type Journey, journeyTo } from '../usecases/journey.ts';

let journey: Journey;
let store: Pick<RolloutStore, 'load' | 'append' | 'open'>;

beforeEach(async () => {
  journey = await journeyTo('opened');
  const { store: real } = journey.world;
  store = loggedStore({
    load: (rolloutId) => real.load(rolloutId),
    append: (...args) => real.append(...args),
    open: (...args) => real.open(...args),
  });
});

afterEach(() => {
  logger.resetKeys();
});

function nextLine(): Record<string, unknown> {
  const lines: unknown[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(line);
    return true;
  });
  logger.info('done');
  jest.restoreAllMocks();
  return z.record(z.string(), z.unknown()).parse(JSON.parse(z.string().parse(lines[0])));
}

describe('the logged store', () => {
  test('puts rollout, service, step and trace into every line after a rollout was read', async () => {
    await store.load(journey.rolloutId);
    const { traceId } = (await journey.stored()).state;

    expect(nextLine()).toMatchObject({ rolloutId: journey.rolloutId, rolloutService: 'web', step: -1, traceId });
  });

  test('names no rollout where there is none', async () => {
    await store.load('nobody');

    expect(nextLine()).not.toHaveProperty('traceId');
  });
});
