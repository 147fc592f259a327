import { beforeEach, describe, expect, test } from '@jest/globals';
import type { FakeCli } from './cli-harness.ts';
import { modelCli, openRollout, rolloutId } from './open-rollout.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = await modelCli();
  await openRollout(cli);
});

const start = (...options: readonly string[]) =>
  cli.run(['emergency', 'start', 'web', '--reason', 'both versions are down', ...options]);
const printed = ({ out, err }: { readonly out: readonly string[]; readonly err: readonly string[] }) =>
  [...out, ...err].join('\n');

describe('sluice emergency', () => {
  test('begins once, under the principal that AWS verified, and a second caller joins', async () => {
    const first = await start('--parts', 'lastKnownGood, capacity');
    const second = await start('--json');

    expect(printed(first)).toContain('The emergency of web has begun, declared by grace@laptop.');
    expect(JSON.parse(second.out.join(''))).toMatchObject({ service: 'web', joined: true });
    expect(cli.emergencyStarts[0]).toEqual({ name: 'web-emergency-1', input: { service: 'web', number: 1 } });
    expect((await cli.recorded(rolloutId)).events).toContainEqual(
      expect.objectContaining({
        type: 'EmergencyBegan',
        parts: ['capacity', 'lastKnownGood'],
        principal: 'arn:aws:iam::123456789012:user/grace',
      }),
    );
  });

  test('shows what it waits for, is taken, and ends with a reason', async () => {
    expect(printed(await cli.run(['emergency', 'status', 'web']))).toBe('web is in no emergency and never was in one.');
    await start();
    expect(printed(await cli.run(['emergency', 'status', 'web']))).toContain('web has been in an EMERGENCY since');

    await cli.run(['emergency', 'take', 'web', '--as', 'Ana']);
    expect((await cli.recorded(rolloutId)).events).toContainEqual(
      expect.objectContaining({ type: 'AlertTaken', by: 'Ana' }),
    );

    const ended = await cli.run(['emergency', 'end', 'web', '--reason', 'mended by hand']);
    expect(printed(ended)).toContain('grace@laptop has ended the emergency of web.');
    expect(printed(await cli.run(['emergency', 'status', 'web']))).toContain('mended by hand');
    expect((await cli.run(['emergency', 'take', 'web'])).code).not.toBe(0);
  });

  test('refuses what it does not know, with what is expected', async () => {
    expect((await start('--parts', 'database')).code).toBe(2);
    expect((await cli.run(['emergency', 'start', 'web'])).code).toBe(2);
    const ended = await cli.run(['emergency', 'end', 'web', '--reason', 'why']);
    expect([ended.code, printed(ended)]).toEqual([1, expect.stringContaining('No emergency of web goes on.')]);
  });

  test('is not begun while the API of the stack does not answer', async () => {
    cli.isApiAway = true;
    expect((await start()).code).not.toBe(0);
    expect(cli.emergencyStarts).toEqual([]);
  });
});
