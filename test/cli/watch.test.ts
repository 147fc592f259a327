import { describe, expect, test } from '@jest/globals';
import stringWidth from 'string-width';
import {
  analysed,
  approvalScenario,
  bakingScenario,
  emergencyScenario,
  heldScenario,
  hostileScenario,
  longRecordScenario,
  manyStepsScenario,
  rollingBackScenario,
  type Scenario,
  scenarioId,
  succeededScenario,
} from '../view/scenarios.ts';
import { FakeTerminal } from './fake-terminal.ts';
import { cliOf } from './scenario-cli.ts';

const scenarios: readonly [string, () => Promise<Scenario>, readonly string[]][] = [
  ['baking', bakingScenario, ['green is being watched', 'step 2 of 3: 25 % asked, 24.6 % measured']],
  ['held', heldScenario, ['held: not enough evidence', 'evidence that green is worse', 'About 400 more requests']],
  ['waiting for approval', approvalScenario, ['waiting for approval', 'Ana (by personal link)', 'missing: qa']],
  ['rolling back', rollingBackScenario, ['rolling back', 'gate error-rate', 'OutOfMemory']],
  [
    'an emergency',
    emergencyScenario,
    [
      'EMERGENCY: a person has to act now',
      'open: traffic stuck at 25 %',
      'sluice rollback web --direct --stage production',
    ],
  ],
  ['succeeded', succeededScenario, ['succeeded', 'The former blue is removed']],
  ['of 200 steps', manyStepsScenario, ['117 before', '▶60 %', '77 more']],
  ['of 10,000 events', longRecordScenario, ['green is being watched', 'error-rate']],
  ['full of hostile text', hostileScenario, ['others changed what it works on']],
];

describe('a rollout on a terminal', () => {
  test.each(scenarios)('that is %s fits into 80 columns, and says what matters', async (_, make, said) => {
    const terminal = new FakeTerminal(80, 60);
    const { out } = await cliOf(await make(), terminal).run('status web');
    const text = out.join(' ').replaceAll(/\s+/g, ' ');

    for (const each of said) expect(text).toContain(each);
    expect(out.filter((line) => stringWidth(line) > 80)).toEqual([]);
    expect(out.filter((line) => /\p{C}/u.test(line))).toEqual([]);
  });

  test.each(scenarios)('that is %s is watched within its rows', async (_, make) => {
    const terminal = new FakeTerminal(80, 24);
    const cli = cliOf(await make(), terminal);
    await cli.run('watch web --timeout 4s');

    expect(terminal.screen.length).toBeLessThanOrEqual(23);
    expect(terminal.screen.filter((line) => stringWidth(line) > 80)).toEqual([]);
    expect(terminal.screen.join('\n')).toContain('status');
    expect(terminal.screen.join('\n')).toContain('next');
  });

  test('answers: what changes, what is worse, how sure, what is next, what abort does', async () => {
    const terminal = new FakeTerminal(80, 40);
    const { out } = await cliOf(await bakingScenario(), terminal).run('status web');

    expect(out.slice(0, 13)).toEqual([
      'web      sha256:aaaaaaaaaaaa → 412-9f8d111',
      '         web-20260301-100000-abcdef in production',
      'status   green is being watched',
      'traffic  step 2 of 3: 25 % asked, 24.6 % measured; 12m left in the bake, 22m to',
      '         the end at the earliest',
      'next     Step 3: green gets 100 % for 10m, at 2026-03-01 10:21:00 +00:00 (in',
      '         12m)',
      'green    ██████████······························ 25 %',
      'steps    ✓5 %  ▶25 %  100 %',
      'verdict  pass at 10:09:00: Every gate passes.',
      'gates    error-rate       pass  green 0.4 %    blue 0.3 %    ▄▄▄',
      '         passes up to 1 %, aborts above 5 %; no sign that green is worse',
      'abort    Roll back: 24.6 % of requests move to blue at once, which has 4 of 4',
    ]);
  });

  test('shows times in the zone of the reader, with the offset', async () => {
    const cli = cliOf(await bakingScenario(), new FakeTerminal(120, 60));
    cli.timeZone = 'Asia/Kolkata';

    expect((await cli.run('status web')).out.join('\n')).toContain('at 2026-03-01 15:51:00 +05:30 (in 12m)');
  });

  test('draws over the frame before it: one write a frame, and only lines that changed', async () => {
    const terminal = new FakeTerminal(80, 40);
    const scenario = await bakingScenario();
    const cli = cliOf(scenario, terminal);
    const moved = analysed(1, [], { verdict: 'hold', reason: 'It is judged anew.', measuredWeight: 12 });
    cli.after(3, () => scenario.at(545, moved));
    await cli.run('watch web --timeout 6s');

    expect(terminal.writes.length).toBeGreaterThan(2);
    expect(terminal.writes.every((write) => !write.includes('\u001b[2J') && !write.includes('\u001b[H'))).toBe(true);
    // The countdown alone moves in the second frame: the heading is not written again.
    expect(terminal.writes[1]).toContain('left in the bake');
    expect(terminal.writes[1]).not.toContain('412-9f8d111');
    expect(terminal.screen.join('\n')).toContain('hold at 10:09:05: It is judged anew.');
    expect(terminal.screen.filter((line) => line.startsWith('status'))).toHaveLength(1);
  });

  test('is drawn whole again where the window has another width', async () => {
    const terminal = new FakeTerminal(80, 40);
    const cli = cliOf(await bakingScenario(), terminal);
    cli.after(1, () => Promise.resolve((terminal.columns = 60)));
    await cli.run('watch web --timeout 2s');

    expect(terminal.writes[1]).toContain('412-9f8d111');
    expect(terminal.screen.filter((line) => stringWidth(line) > 60)).toEqual([]);
  });

  test('is shown until its end, which decides the exit code', async () => {
    const terminal = new FakeTerminal(80, 40);
    const scenario = await bakingScenario();
    const cli = cliOf(scenario, terminal);
    const reason = 'error-rate: too many';
    cli.after(5, () => scenario.at(600, { type: 'RollbackRequested', reason, by: 'ada' }));
    cli.after(9, () => scenario.at(610, { type: 'TrafficRestored', rules: 1 }, { type: 'RolledBack', reason }));

    expect((await cli.run('status web --watch')).code).toBe(1);
    expect(terminal.screen.join('\n')).toContain('status   rolled back');
  });

  test('is colourful only where the terminal wants it', async () => {
    const cli = cliOf(await rollingBackScenario(), new FakeTerminal(80, 40));
    cli.paint = (style, text) => `<${style}>${text}</${style}>`;

    expect((await cli.run('status web')).out).toContain('<dim>status   </dim><red>rolling back</red>');
  });
});

describe('a record that cannot be read for a while', () => {
  test('is said below the frame, and watched on', async () => {
    const terminal = new FakeTerminal(100, 40);
    const scenario = await bakingScenario();
    const cli = cliOf(scenario, terminal);
    const load = scenario.store.load.bind(scenario.store);
    const fail = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    cli.after(1, () => Promise.resolve((scenario.store.load = fail)));
    const seen: string[] = [];
    cli.after(5, () => {
      seen.push(terminal.screen.join('\n'));
      return Promise.resolve((scenario.store.load = load));
    });
    await cli.run('watch web --timeout 10s');

    expect(seen[0]).toContain('Not read since 2026-03-01 10:09:00 +00:00: AWS cannot be reached');
    expect(terminal.screen.join('\n')).not.toContain('Not read since');
  });

  test('ends the watching after five minutes, and says so', async () => {
    const scenario = await bakingScenario();
    const cli = cliOf(scenario);
    const fail = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    cli.after(1, () => Promise.resolve((scenario.store.load = fail)));
    const { code, err } = await cli.run('watch web');

    expect({ code, minutes: (cli.time - scenario.time) / 60_000 }).toEqual({ code: 1, minutes: 5 });
    expect(err.at(-1)).toContain('error: AWS cannot be reached');
  });
});

describe('a rollout in a pipe', () => {
  test('is one line a change: transitions, and a verdict that is another one', async () => {
    const scenario = await bakingScenario();
    const cli = cliOf(scenario);
    cli.after(3, () => scenario.at(545, analysed(1)));
    cli.after(5, () => scenario.at(550, analysed(1, [], { verdict: 'hold', reason: 'Not enough.' })));
    cli.after(7, () => scenario.at(560, { type: 'RolloutPaused', by: 'ada', how: 'command', reason: 'lunch' }));
    const { code, out, err } = await cli.run('watch web --timeout 10s');

    expect(out.slice(0, 2)).toEqual([
      `2026-03-01 10:09:00 +00:00  status    web in production: 412-9f8d111, green is being watched (${scenarioId})`,
      expect.stringContaining('2026-03-01 10:00:00 +00:00  info      web: rollout of'),
    ]);
    expect(out.slice(-3)).toEqual([
      '2026-03-01 10:09:00 +00:00  verdict   pass: Every gate passes.',
      '2026-03-01 10:09:10 +00:00  verdict   hold: Not enough.',
      expect.stringContaining('2026-03-01 10:09:20 +00:00  warning   Paused by ada'),
    ]);
    expect({ code, last: err.at(-1) }).toEqual({
      code: 1,
      last: `error: ${scenarioId} has not ended yet (baking) and goes on. Watch it again with: sluice watch ${scenarioId} --stage production`,
    });
  });

  test('steers no terminal that it is piped to', async () => {
    const { out } = await cliOf(await hostileScenario()).run('watch web --timeout 3s');

    expect(out.length).toBeGreaterThan(5);
    expect(out.filter((line) => /\p{C}/u.test(line))).toEqual([]);
  });

  test('breaks and cuts no line of status', async () => {
    const { out } = await cliOf(await bakingScenario()).run('status web');

    expect(out).toContain(
      'traffic  step 2 of 3: 25 % asked, 24.6 % measured; 12m left in the bake, 22m to the end at the earliest',
    );
  });
});

describe('sluice start on a terminal', () => {
  test('shows the rollout until its end', async () => {
    const terminal = new FakeTerminal();
    const scenario = await bakingScenario();
    const cli = cliOf(scenario, terminal);
    const stored = await scenario.store.load(scenarioId);
    cli.outcome = { status: 'running', error: '', cause: '' };
    cli.executions.start = () => Promise.resolve(stored?.state.executionArn ?? '');
    cli.after(5, () => scenario.at(600, { type: 'RollbackRequested', reason: 'bad', by: 'ada' }));
    cli.after(9, () => scenario.at(610, { type: 'TrafficRestored', rules: 1 }, { type: 'RolledBack', reason: 'bad' }));
    const { code, err } = await cli.run('start web --image 412-9f8d111');

    expect({ code, err }).toEqual({
      code: 1,
      err: [expect.stringContaining(`sluice watch ${scenarioId} --stage production`)],
    });
    expect(terminal.screen.join('\n')).toContain('status   rolled back');
  });

  test.each(['--no-watch', '--json'])('does not with %s', async (option) => {
    const scenario = await bakingScenario();
    const terminal = new FakeTerminal();
    const cli = cliOf(scenario, terminal);
    const stored = await scenario.store.load(scenarioId);
    cli.executions.start = () => Promise.resolve(stored?.state.executionArn ?? '');

    expect((await cli.run(`start web --image 412-9f8d111 ${option}`)).code).toBe(0);
    expect(terminal.writes).toEqual([]);
  });
});
