import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../local/process/free-port.ts';
import { type FleetUnderTest, startTestFleet } from '../fleet/fleet-under-test.ts';
import { python } from './python.ts';

let under: FleetUnderTest;
beforeAll(async () => {
  under = await startTestFleet();
});
afterAll(() => under.stop());

describe('the fleet, as boto3 understands it', () => {
  test('answers as AWS does: rules, services, tasks, scaling, and refusals with their codes', async () => {
    const script = path.join(import.meta.dirname, 'fleet_client.py');
    const image = 'registry.test/web:one';
    const { stdout } = await promisify(execFile)(python(), [
      script,
      under.fleet.endpoint,
      String(await freePort()),
      image,
    ]);

    expect(JSON.parse(stdout)).toEqual({
      rule: {
        priority: '10',
        weights: [75, 25],
        condition: ['/api/*'],
        tags: [{ Key: 'sluice:rollout', Value: 'web-1' }],
      },
      health: [expect.stringMatching(/^(initial|healthy)$/)],
      service: { status: 'ACTIVE', deployments: 1, created: true },
      task: { status: 'RUNNING', definition: true },
      native: { hook: ['PAUSE', 'AWAITING_ACTION', 'ROLLBACK'], group: true, problems: [] },
      scaling: [1, 4],
      refused: { priority: 'PriorityInUse', rule: 'RuleNotFound', service: 'ServiceNotFoundException' },
    });
  });
});
