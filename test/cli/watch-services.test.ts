import { describe, expect, test } from '@jest/globals';
import { bakingScenario, type Scenario, start, succeededScenario } from '../view/scenarios.ts';
import { FakeCli } from './cli-harness.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { cliOf } from './scenario-cli.ts';

describe('every service', () => {
  async function three(terminal?: FakeTerminal): Promise<{ cli: FakeCli; scenario: Scenario }> {
    const scenario = await bakingScenario();
    const applied = await scenario.store.spec('web');
    if (applied === undefined) throw new Error('No spec is applied.');
    for (const service of ['api', 'shop']) {
      await scenario.store.putSpec({ ...applied.spec, service }, 'ada', new Date(start).toISOString());
    }
    return { cli: cliOf(scenario, terminal), scenario };
  }

  test('is one line: what serves and what runs, those that need a person first', async () => {
    const { cli, scenario } = await three();
    await scenario.at(550, { type: 'RolloutPaused', by: 'ada', how: 'command', reason: undefined });
    const { out } = await cli.run('list');

    expect(out).toEqual([
      'SERVICE  LIVE                 ROLLOUT',
      'web      sha256:aaaaaaaaaaaa  412-9f8d111: paused by ada since 2026-03-01 10:09:10 +00:00, step 2 of 3, 25 %',
      'api      –                    none yet',
      'shop     –                    none yet',
    ]);
  });

  test('says what serves after a success, and when nothing runs', async () => {
    const { out } = await cliOf(await succeededScenario()).run('list');

    expect(out[1]).toBe('web      412-9f8d111  last: 412-9f8d111 succeeded, opened 2026-03-01 10:00:00 +00:00');
  });

  test('is watched on a terminal without a name', async () => {
    const terminal = new FakeTerminal();
    const { cli, scenario } = await three(terminal);
    cli.after(3, () => scenario.at(550, { type: 'RolloutPaused', by: 'ada', how: 'command', reason: undefined }));

    expect((await cli.run('watch --timeout 10s')).code).toBe(0);
    expect(terminal.screen[1]).toContain('paused by ada since');
    expect(terminal.screen).toHaveLength(5);
  });

  test('is one line a change in a pipe', async () => {
    const { cli, scenario } = await three();
    cli.after(8, () => scenario.at(550, { type: 'RolloutPaused', by: 'ada', how: 'command', reason: undefined }));
    const { out } = await cli.run('watch --timeout 20s');

    expect(out).toHaveLength(4);
    expect(out.at(-1)).toMatch(/^2026-03-01 10:09:10 \+00:00 {2}web {2}412-9f8d111: paused by ada since/);
  });

  test('says what to do where a stage has none', async () => {
    expect(await new FakeCli().run('list')).toEqual({
      code: 0,
      out: [],
      err: ['Stage production has no service yet. Apply a spec with: sluice apply <file> --stage production'],
    });
  });
});
