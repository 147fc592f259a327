import { describe, expect, test } from '@jest/globals';
import { escapedMarkdown } from '../../lib/report/markdown.ts';
import { cliOf } from '../cli/scenario-cli.ts';
import {
  approvalScenario,
  bakingScenario,
  emergencyScenario,
  hostileScenario,
  longRecordScenario,
  manyStepsScenario,
  rollingBackScenario,
  type Scenario,
  scenarioId,
  succeededScenario,
} from '../view/scenarios.ts';

/** Of the launch record that the requirements of the teams ask for, in its order. */
const headings = [
  'Version',
  'Time',
  'Owner',
  'Participants',
  'Content',
  'Checks',
  'Steps and gates',
  'Decisions',
  'Messages',
  'Result',
  'Problems',
  'Follow-ups',
  'Cost',
];

const scenarios: readonly [string, () => Promise<Scenario>][] = [
  ['bakes', bakingScenario],
  ['waits for approval', approvalScenario],
  ['rolls back', rollingBackScenario],
  ['is an emergency', emergencyScenario],
  ['succeeded', succeededScenario],
  ['has 200 steps', manyStepsScenario],
  ['has hostile text', hostileScenario],
];

const textOf = async (scenario: Scenario, args: string) => (await cliOf(scenario).run(args)).out.join('\n');

describe('sluice report', () => {
  test.each(scenarios)('of a rollout that %s has every heading, in Markdown and HTML', async (_, make) => {
    const scenario = await make();
    const markdown = await textOf(scenario, 'report web');
    const page = await textOf(scenario, 'report web --html');

    expect([...markdown.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(headings);
    expect([...page.matchAll(/<h2>(.*?)<\/h2>/g)].map(([, heading]) => heading)).toEqual(headings);
  });

  test('is Markdown unless it is asked for otherwise, and takes a service or a rollout', async () => {
    const scenario = await succeededScenario();
    const byId = await cliOf(scenario).run(`report ${scenarioId} --markdown`);

    expect(byId).toEqual(await cliOf(scenario).run('report web'));
    expect(byId.code).toBe(0);
    expect(byId.out.slice(0, 3)).toEqual(['# web: 412-9f8d111 in production', '', `succeeded (${scenarioId})`]);
  });

  test('prints JSON with a version of its form', async () => {
    const report: unknown = JSON.parse(await textOf(await succeededScenario(), 'report web --json'));

    expect(report).toMatchObject({ schema: 1, rolloutId: scenarioId, result: { standing: 'succeeded' } });
  });

  test.each(['--html --json', '--markdown --html', '--markdown --json'])('refuses %s', async (options) => {
    const { code, err } = await cliOf(await succeededScenario()).run(`report web ${options}`);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain('cannot be used with');
  });

  test('of a service without a rollout says how to start one', async () => {
    const { code, err } = await cliOf(await succeededScenario()).run('report shop');

    expect({ code, err }).toEqual({
      code: 1,
      err: [expect.stringContaining('knows no rollout and no service "shop"')],
    });
  });

  test('has the whole of a record of 10,000 events', async () => {
    const report: unknown = JSON.parse(await textOf(await longRecordScenario(9999), 'report web --json'));

    expect(report).toMatchObject({ gates: [{ name: 'error-rate', points: { length: 3336 } }] });
  });
});

describe('text that anybody wrote', () => {
  test('makes no element, attribute or control character in HTML', async () => {
    const page = await textOf(await hostileScenario(), 'report web --html');

    expect(page).not.toMatch(/<script|<img|onerror="/i);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(page).toContain(`http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;`);
  });

  test('makes no HTML, table cell or control character in Markdown', async () => {
    const scenario = await hostileScenario();
    const { out } = await cliOf(scenario).run('report web');
    const cells = (line: string) => line.replaceAll(/\\[\\|]/g, '').split('|').length;

    expect(out.join('\n')).not.toMatch(/<(?!!-- -->)/);
    expect(out.filter((line) => /\p{C}/u.test(line))).toEqual([]);
    const tables = out
      .join('\n')
      .split('\n\n')
      .filter((part) => part.startsWith('|'));
    for (const table of tables) expect(new Set(table.split('\n').map(cells)).size).toBe(1);
  });

  test.each([
    ['a | b', String.raw`a \| b`],
    [String.raw`a \| b`, String.raw`a \\\| b`],
    ['**bold** _it_ `code` ~~no~~', String.raw`\*\*bold\*\* \_it\_ \`code\` \~\~no\~\~`],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['[click](javascript:alert(1)) ![x](y)', String.raw`\[click\](javascript:alert(1)) !\[x\](y)`],
    ['see https://evil.test and www.evil.test', String.raw`see https\://evil.test and www\.evil.test`],
    ['@shop/everyone a@b.test', '@<!-- -->shop/everyone a@<!-- -->b.test'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['# heading $x$', String.raw`\# heading \$x\$`],
    ['- item', String.raw`\- item`],
    ['1. item', String.raw`1\. item`],
    ['99.9 %', '99.9 %'],
    ['two\r\n\r\n## lines', String.raw`two \#\# lines`],
  ])('%s is shown as it is in Markdown', (text, expected) => {
    expect(escapedMarkdown(text)).toBe(expected);
  });
});

describe('the charts of a report', () => {
  test('draw green and blue of each gate over one time, with their limits, and green’s weight', async () => {
    const page = await textOf(await rollingBackScenario(), 'report web --html');

    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('aria-label="4 evaluations of error-rate; it passes at 1 % and aborts at 5 %"');
    expect(page).toContain('aria-label="Green&#39;s share of the traffic, in percent: 5, 25"');
    // Four evaluations, the last one failed; 9 % is the highest value, so it is at the top of the plane.
    expect([...page.matchAll(/<circle\s+class="(\w+)"/g)].map(([, outcome]) => outcome)).toEqual([
      'pass',
      'pass',
      'pass',
      'fail',
    ]);
    expect(page).toMatch(/<polyline\s+class="blue"\s+points="[\d.]+,[\d.]+ /);
  });

  test('break a line where a value is not known: that is no zero', async () => {
    const scenario = await bakingScenario();
    const gap = {
      gate: 'error-rate',
      outcome: 'hold',
      requests: 0,
      pass: 0.01,
      abort: 0.05,
      reason: 'No data.',
    } as const;
    await scenario.at(600, {
      type: 'GreenAnalysed',
      step: 1,
      verdict: 'hold',
      reason: '',
      secondsLeft: 1,
      gates: [gap],
    });
    await scenario.at(660, {
      ...{ type: 'GreenAnalysed', step: 1, verdict: 'pass', reason: '', secondsLeft: 1 },
      gates: [{ ...gap, outcome: 'pass', green: 0.01, blue: 0.01 }],
    });
    const page = await textOf(scenario, 'report web --html');

    // One of the weight and two of green: its line is in two parts.
    expect(page.match(/<polyline\s+class="green"/g)).toHaveLength(3);
    expect(page.match(/<circle/g)).toHaveLength(4);
  });

  test('say that there is nothing to draw where no traffic was shifted', async () => {
    expect(await textOf(await approvalScenario(), 'report web --html')).toContain('there is nothing to draw');
  });
});
