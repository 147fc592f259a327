import { describe, expect, test } from '@jest/globals';
import { lintJudgement } from '../../lib/specification/lint-judgement.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { presets } from '../../lib/specification/presets.ts';
import { minimalSpec } from './example-spec.ts';

/** What is said of the smallest spec with these lines. */
function hintsOf(lines = ''): readonly string[] {
  const parsed = parseSpec(`${minimalSpec}${lines}`, 'web.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings));
  const doubts = lintJudgement(parsed.spec, parsed.source.value);
  expect(doubts.every(({ severity }) => severity === 'hint')).toBe(true);
  return doubts.map(({ message }) => message);
}

const gates = (...list: readonly string[]) => `gates:\n${list.map((gate) => `  - ${gate}\n`).join('')}`;

describe('a spec that judges less than the preset', () => {
  test('with no gates at all is told of CPU, memory, availability and business, and the preset that has them', () => {
    expect(hintsOf()).toEqual([
      'no gate judges availability, expected `preset: web`',
      'no gate judges CPU, expected `preset: web`',
      'no gate judges memory, expected `preset: web`',
      'no gate judges what people come for, such as logins that succeed, expected `preset: [web, business]`, or a gate on a metric of `metrics`',
    ]);
  });

  test.each(['web', 'strict', '[web, business]', '[strict, business]'])(
    'is none by preset %s: `init` writes nothing that is hinted at',
    (preset) => {
      expect(hintsOf(`preset: ${preset}\n`)).toEqual([]);
    },
  );

  test('by the preset with a count of errors beside it is told nothing of its limits, which are no shares', () => {
    expect(
      hintsOf(`preset: web\n${gates('{ name: error-count, value: { metric: errors }, pass: 5, abort: 20 }')}`),
    ).toEqual([]);
  });

  test('by business alone is told of everything else', () => {
    expect(hintsOf('preset: business\n')).toHaveLength(6);
    expect(hintsOf('preset: business\n')[0]).toBe('no gate judges errors, expected `preset: [web, business]`');
  });

  test.each([
    ['{ name: cpu, off: true }', 'no gate judges CPU, expected no `off: true` at gate cpu'],
    [
      '{ name: memory, dryRun: true }',
      'gate memory judges memory and is never acted on, expected no `dryRun: true` once its limits fit',
    ],
    [
      '{ name: cpu, abort: 99% }',
      'the abort limit of CPU is looser than that of the preset web, expected `abort: 95%` unless the service cannot keep it',
    ],
    [
      '{ name: availability, pass: 99.5% }',
      'the pass limit of availability is looser than that of the preset web, expected `pass: 99.9%` unless the service cannot keep it',
    ],
    [
      '{ name: latency-p95, abort: 8s }',
      'the abort limit of latency is looser than that of the preset web, expected `abort: 5s` unless the service cannot keep it',
    ],
  ])('by the preset with %s is told so', (gate, message) => {
    expect(hintsOf(`preset: web\n${gates(gate)}`)).toEqual([message]);
  });

  test('is none with nearer limits, or a nearer gate beside the looser one', () => {
    const nearer = '{ name: near, value: { metric: cpu }, pass: 60%, abort: 70% }';

    expect(hintsOf(`preset: web\n${gates('{ name: cpu, abort: 99% }', nearer)}`)).toEqual([]);
    expect(hintsOf(`preset: web\n${gates('{ name: memory, pass: 50%, abort: 60% }')}`)).toEqual([]);
  });

  test('is mended by the lines that are said', () => {
    const first = '{ name: error-rate, bad: { metric: errors }, total: { metric: requests }, pass: 1%, abort: 5% }';
    const lines = hintsOf(gates(first)).flatMap((message) => /expected `- (\{.*\})` in/.exec(message)?.[1] ?? []);

    expect(lines).toHaveLength(5);
    expect(hintsOf(gates(first, ...lines))).toEqual([expect.stringContaining('what people come for')]);
    const parsed = parseSpec(`${minimalSpec}${gates(first, ...lines)}`, 'web.yml');
    const byPreset = new Map(presets.web.gates.map((gate) => [gate.name, gate]));
    expect(parsed.ok && parsed.spec.gates).toEqual(
      [first, ...lines].map((line) =>
        expect.objectContaining(byPreset.get(/name: ([\w-]+)/.exec(line)?.[1] ?? '') ?? {}),
      ),
    );
    expect(parsed.ok && parsed.spec.gates.every(({ name }) => byPreset.has(name))).toBe(true);
  });

  test('counts slow requests as latency, and a metric of the team as business', () => {
    const own = 'metrics: { orders: { namespace: Shop, name: Orders, statistic: Sum, unit: count } }\n';
    const said = hintsOf(
      `${own}${gates('{ name: slow, bad: { metric: slow }, total: { metric: requests }, pass: 1%, abort: 5% }', '{ name: orders, value: { metric: orders }, better: higher, pass: 5, abort: 1 }')}`,
    );

    expect(said.filter((message) => /latency|people come for/.test(message))).toEqual([]);
  });
});
