import { beforeEach, describe, expect, test } from '@jest/globals';
import type { MetricQuestion, MetricSource } from '../../lib/metrics/source.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { steadyRows } from '../calibration/past.ts';
import { modelArns } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

/** Steps and history short enough that two days hold many rollouts. */
const written = `# the web shop
service: web
cluster: main
container: app
image:
  repository: shop/web
slots:
  a: { service: web-a, targetGroup: '${modelArns.groupA}' }
  b: { service: web-b, targetGroup: '${modelArns.groupB}' }
traffic:
  - rule: ${modelArns.rule}
analysis:
  history: 15m
gates:
  - name: error-rate # what users see
    bad: { metric: errors }
    total: { metric: requests }
    pass: 1%
    abort: 5%
steps:
  - weight: 10
    bake: 15m # a quarter of an hour
  - weight: 100
    bake: 15m
`;

interface Kind {
  readonly requests: number;
  readonly errorRate: number;
}

/** Metrics of a service that is the same all the time, by the clock of the command line. */
class SteadyService implements MetricSource {
  readonly questions: MetricQuestion[] = [];
  readonly #kind: Kind;
  constructor(kind: Kind) {
    this.#kind = kind;
  }
  read(question: MetricQuestion) {
    this.questions.push(question);
    const { from, to, period } = question;
    const rows = steadyRows({ ...this.#kind, minutes: (to - from) / period, seed: from });
    return Promise.resolve(rows.map((row, index) => ({ ...row, at: from + index * period })));
  }
}

let cli: FakeCli;

beforeEach(() => {
  cli = new FakeCli();
  cli.files.set('web.yml', written);
});

async function apply(): Promise<void> {
  const parsed = parseSpec(written, 'web.yml');
  if (!parsed.ok) throw new Error('The example is no good spec.');
  await cli.store.putSpec(parsed.spec, 'ada', '2026-03-01T09:00:00.000Z');
}

const few = '--days 1 --runs 6';

describe('sluice calibrate', () => {
  test('tells of a steady service that it keeps its limits, how its rollouts end, and what each step shows, in words and as SVG', async () => {
    await apply();
    cli.metricSource = new SteadyService({ requests: 6000, errorRate: 0.002 });
    const { code, out, err } = await cli.run(`calibrate web ${few} --chart web.svg`);
    const svg = cli.files.get('web.svg') ?? '';
    const text = out.join('\n');

    expect(code).toBe(0);
    expect(text).toContain('web: 1d of its traffic from 2026-02-28T09:58:00Z to 2026-03-01T09:58:00Z');
    expect(text).toMatch(/error-rate +1 % +5 % +0\.2 % +0\.\d+ % +0 of 145 +0 of 145/);
    expect(text).toMatch(/^all +0 +0/m);
    expect(text).toMatch(/^10 % +15m +\d+(\.\d+)?x \(0?\.?\d+(\.\d+)? %\) in \d+ min/m);
    expect(text).toMatch(/ {2}error-rate {2}[▁▂▃▄▅▆▇█ ]{60} {2}full: 5 %/);
    expect(err.join('\n')).toContain('Asks CloudWatch 1 times for 10 series: about $0.0001 at list price.');
    expect(svg).toMatch(/^<svg\s+xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('>pass 1 %</text>');
    expect(svg).toContain('>abort 5 %</text>');
  });

  test('asks a day a call, so that no answer has pages', async () => {
    await apply();
    const source = new SteadyService({ requests: 6000, errorRate: 0.002 });
    cli.metricSource = source;
    await cli.run('calibrate web --days 3 --runs 5');

    expect(source.questions.map(({ from, to }) => (to - from) / 3600)).toEqual([24, 24, 24]);
    expect(source.questions.map(({ metrics }) => metrics)).toEqual(
      Array.from({ length: 3 }, () => ['requests', 'errors']),
    );
    expect(source.questions[0]).toMatchObject({
      targetGroups: { blue: modelArns.groupA, green: modelArns.groupB },
      routingArn: modelArns.rule,
      period: 60,
    });
  });

  test('proposes limits for a service that breaks its own, and writes them into the file and nothing else', async () => {
    cli.metricSource = new SteadyService({ requests: 6000, errorRate: 0.02 });
    const { code, out, err } = await cli.run(`calibrate web --file web.yml ${few} --write`);
    const after = cli.files.get('web.yml') ?? '';

    expect({ code, err: err.at(-1) }).toEqual({
      code: 0,
      err: 'web.yml is written. Check it with: sluice lint web.yml',
    });
    expect(out).toEqual(
      expect.arrayContaining(['-     pass: 1%', '+     pass: 3%', '-     abort: 5%', '+     abort: 10%']),
    );
    expect(after).toBe(written.replace('pass: 1%', 'pass: 3%').replace('abort: 5%', 'abort: 10%'));
    expect(lintSpec(after, 'web.yml').filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('of the applied spec the lines to write are shown, and no file is touched', async () => {
    await apply();
    cli.metricSource = new SteadyService({ requests: 6000, errorRate: 0.02 });
    const { out } = await cli.run(`calibrate web ${few}`);

    expect(cli.files.get('web.yml')).toBe(written);
    expect(out).toEqual(expect.arrayContaining(['gates:', '  - name: error-rate # was 1% and 5%', '    pass: 3%']));
  });

  test('for a service that is quiet proposes bakes in which its steps gather enough', async () => {
    cli.metricSource = new SteadyService({ requests: 30, errorRate: 0 });
    const { out } = await cli.run(`calibrate web --file web.yml ${few} --write`);

    expect(out.join('\n')).toContain('- The step of 10 %: in its quiet hours the service gives green about');
    expect(cli.files.get('web.yml')).toMatch(/bake: \d+m # a quarter of an hour/);
    expect(cli.files.get('web.yml')).not.toBe(written);
  });

  test('as JSON it has every figure, and limits as a spec writes them', async () => {
    await apply();
    cli.metricSource = new SteadyService({ requests: 6000, errorRate: 0.02 });
    const { out } = await cli.run(`calibrate web ${few} --json`);

    expect(JSON.parse(out.join(''))).toMatchObject({
      service: 'web',
      periods: { own: 1440, shared: 0, silent: 0 },
      limits: [{ gate: 'error-rate', stretches: 145, beyondPass: 145, beyondAbort: 0 }],
      healthy: { runs: 6, rolledBack: 0 },
      withProposal: { runs: 6, rolledBack: 0, held: 0 },
      proposal: { gates: [{ name: 'error-rate', pass: '3%', abort: '10%' }], steps: [] },
      asked: { calls: 1, series: 10, dollars: 0.0001 },
    });
  });
});

describe('what could not be found out is never fine', () => {
  test('no requests at all exit with 3, and say what to check', async () => {
    await apply();
    cli.metricSource = { read: () => Promise.resolve([]) };
    const { code, out, err } = await cli.run(`calibrate web ${few}`);

    expect(code).toBe(3);
    expect(out.at(-1)).toBe('Nothing is proposed: nothing is known.');
    expect(err.at(-1)).toContain('error: no requests of web are known of the last 1 days in eu-west-1. Check --region');
  });

  test('less than one rollout of minutes exits with 3 and says how much is missing', async () => {
    await apply();
    const source = new SteadyService({ requests: 600, errorRate: 0 });
    cli.metricSource = { read: async (question) => (await source.read(question)).slice(0, 40) };
    const { code, out } = await cli.run(`calibrate web ${few}`);

    expect(code).toBe(3);
    expect(out.join('\n')).toContain(
      'No rollout could be rehearsed: a rollout and the history before it take 45m, and only 40m with traffic and without a rollout are known.',
    );
  });

  test('a right that is missing is named', async () => {
    await apply();
    const denied = new Error('User: grace is not authorized to perform: cloudwatch:GetMetricData');
    cli.metricSource = { read: () => Promise.reject(Object.assign(denied, { name: 'AccessDenied' })) };
    const { code, out, err } = await cli.run(`calibrate web ${few}`);

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.at(-1)).toContain(
      'AWS does not allow it: User: grace is not authorized to perform: cloudwatch:GetMetricData',
    );
  });

  test.each([
    ['calibrate shop', 1, 'Stage production has no spec of a service "shop"'],
    ['calibrate shop --file web.yml', 2, 'web.yml is the spec of web, not of shop'],
    ['calibrate web --write', 2, '--write needs the file to write into'],
    ['calibrate web --file other.yml', 2, 'other.yml'],
    ['calibrate web --days 16', 2, 'Expected a whole number, 1 to 15'],
    ['calibrate web --days 0', 2, 'Expected a whole number, 1 to 15'],
    ['calibrate web --chart web.yml', 2, 'ends with .svg'],
  ])('`sluice %s` exits with %i and says why', async (args, code, why) => {
    cli.metricSource = { read: () => Promise.reject(new Error('Nothing is asked.')) };
    const ran = await cli.run(args);

    expect({ code: ran.code, out: ran.out }).toEqual({ code, out: [] });
    expect(ran.err.join('\n')).toContain(why);
  });

  test('a stage that does not answer leaves out what was learned, and says so', async () => {
    cli.isDown = true;
    cli.metricSource = new SteadyService({ requests: 6000, errorRate: 0.002 });
    const { code, err } = await cli.run(`calibrate web --file web.yml ${few}`);

    expect(code).toBe(0);
    expect(err.join('\n')).toContain('note: what earlier rollouts taught the gates is left out');
  });
});
