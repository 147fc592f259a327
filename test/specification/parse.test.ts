import { describe, expect, test } from '@jest/globals';
import { parseSpec } from '../../lib/specification/parse.ts';
import { complaints } from './complaints.ts';
import { edited, exampleSpec, minimalSpec } from './example-spec.ts';

const listenerLine = /- listener: (\S+)/.exec(exampleSpec)?.[1] ?? '';

describe('a good spec', () => {
  test('the annotated example writes down exactly the defaults', () => {
    const [full, minimal] = [parseSpec(exampleSpec, 'web.yml'), parseSpec(minimalSpec, 'web.yml')];

    expect(full).toMatchObject({
      ok: true,
      spec: { service: 'web', steps: [{ weight: 1, bake: 300 }, { weight: 5, bake: 900 }, {}, {}, {}, {}] },
    });
    expect(full.ok && minimal.ok && minimal.spec).toEqual(full.ok && full.spec);
  });

  test.each([
    ['with a byte order mark', `\uFEFF${exampleSpec}`],
    ['with Windows line ends', exampleSpec.replaceAll('\n', '\r\n')],
    [
      'with an anchor used once',
      edited('cluster: production', 'cluster: &name production').replace('container: web', 'container: *name'),
    ],
    ['as JSON', JSON.stringify({ ...Object(parseJson(minimalSpec)) })],
  ])('is read %s', (_, text) => {
    expect(complaints(text)).toEqual([]);
  });

  test('says where its parts stand', () => {
    const parsed = parseSpec(exampleSpec, 'web.yml');

    expect(parsed.ok && parsed.source.positionOf(['steps', 1, 'bake'], 'value')).toEqual({ line: 39, column: 24 });
    expect(parsed.ok && parsed.source.positionOf(['steps', 1, 'bake'], 'key')).toEqual({ line: 39, column: 18 });
    expect(parsed.ok && parsed.source.positionOf(['steps', 9, 'bake'], 'value')).toEqual({ line: 38, column: 3 });
  });
});

function parseJson(text: string): unknown {
  const parsed = parseSpec(text, 'web.yml');
  return parsed.ok ? parsed.source.value : undefined;
}

describe('a key that is written wrong is one finding', () => {
  test.each([
    ['at the top', edited('container: web', 'contaner: web'), 'unknown key "contaner" (did you mean container?)'],
    [
      'in a map',
      edited('    service: web-a', '    servce: web-a'),
      'unknown key "servce" in slots.a (did you mean service?)',
    ],
  ])('%s: what is missing then is not said beside it', (_, text, said) => {
    expect(complaints(text)).toEqual([expect.stringContaining(said)]);
  });

  test('one that resembles no key hides nothing that is missing', () => {
    expect(complaints(edited('container: web', 'frequency: web'))).toHaveLength(2);
  });
});

describe('a word of a closed set that is written wrong', () => {
  test.each([
    ['onBusy: quue', 'onBusy is "quue" (did you mean queue?), expected reject, queue or supersede'],
    ['onBusy: never', 'onBusy is "never", expected reject'],
  ])('%s', (line, said) => {
    expect(complaints(edited('onBusy: reject', line))).toEqual([expect.stringContaining(said)]);
  });

  test('the type of a channel is one', () => {
    const text = 'notifications: { channels: [{ name: chat, type: slak }] }';

    expect(complaints(text)).toContainEqual(
      expect.stringContaining('type is "slak" (did you mean slack?), expected a channel'),
    );
  });
});

describe('a mistake is reported with its place, what is wrong and what is expected', () => {
  test.each([
    [
      'an unknown key, at the key',
      edited('container: web', 'container: web\ncontaner: web'),
      '7:1: unknown key "contaner" (did you mean container?), expected one of service, cluster',
    ],
    [
      'a missing key, at the map that lacks it',
      edited('    service: web-a\n', ''),
      '15:5: slots.a.service is missing, expected the name of an ECS resource',
    ],
    ['a missing key at the top', edited('cluster: production\n', ''), '4:1: cluster is missing, expected the name'],
    [
      'an empty value, at its key',
      edited('healthPath: /health', 'healthPath:'),
      '27:1: healthPath is empty, expected a path',
    ],
    [
      'a bare number for a duration',
      edited('bake: 15m', 'bake: 15'),
      '39:24: steps[1].bake is the number 15, expected a duration with a unit, 1s to 1d',
    ],
    ['a duration out of range', edited('bake: 15m', 'bake: 25h'), '39:24: "25h" is out of range, expected 1s to 1d'],
    [
      'no duration at all',
      edited('bake: 15m', 'bake: soon'),
      '39:24: "soon" is no duration, expected a number with a unit',
    ],
    [
      'a fraction of a second',
      edited('period: 60s', 'period: 1500ms'),
      '61:9: period is "1500ms", expected whole seconds',
    ],
    [
      'a period that CloudWatch has not',
      edited('period: 60s', 'period: 61s'),
      '61:9: period is "61s", expected 1s, 5s, 10s, 30s or a multiple of 60s',
    ],
    [
      'a yes/no value where text belongs',
      edited("'true'", 'true'),
      '33:10: header.value is the yes/no value true, expected up to 40 letters, digits and - (put it in quotes: "true")',
    ],
    [
      'a number where text belongs',
      edited('cluster: production', 'cluster: 1234'),
      '5:10: cluster is the number 1234, expected the name',
    ],
    [
      'the Host header',
      edited('name: canary', 'name: Host'),
      '32:9: header.name is "Host", expected the name of an HTTP header other than Host',
    ],
    [
      'a weight that does not rise',
      edited('weight: 25', 'weight: 5'),
      '40:15: weight 5 does not rise above the 5 before it, expected rising weights',
    ],
    ['a last weight below 100', edited('weight: 100', 'weight: 95'), '43:15: the last weight is 95, expected 100'],
    [
      'a fraction of a percent',
      edited('weight: 25', 'weight: 2.5'),
      '40:15: steps[2].weight is the number 2.5, expected a whole percentage, 1 to 100',
    ],
    [
      'steps that are no list',
      edited('steps:\n', 'steps: {}\nnothing:\n'),
      '35:8: steps is a map, expected a list of steps',
    ],
    ['no step', edited('steps:\n', 'steps: []\nnothing:\n'), '35:8: steps is a list, expected at least one step'],
    [
      'a gate without its total',
      edited('    total: { metric: requests }\n', ''),
      '47:5: gates[0].total is missing, expected a map with metric',
    ],
    [
      'a gate with neither share nor value',
      edited('    value: { metric: latencyP95 }\n', ''),
      '52:5: gate "latency-p95" does not say what it reads, expected',
    ],
    [
      'a gate with share and value',
      edited('    total:', '    value: { metric: errors }\n    total:'),
      '47:5: gates[0] has the keys name, bad, value, total, pass, abort, expected a gate with either',
    ],
    [
      'a mistyped key of a gate',
      edited('value: { metric: latencyP95', 'valeu: { metric: latencyP95'),
      '52:5: gate "latency-p95" does not say what it reads, expected `bad` and `total`, `good` and `total`, or `value`',
    ],
    [
      'a gate that is text',
      edited('gates:\n', 'gates: [errors]\nnothing:\n'),
      '46:9: gates[0] is "errors", expected a gate with either',
    ],
    [
      'a negative limit',
      edited('abort: 5%', 'abort: -5%'),
      '51:12: "-5%" is no limit, expected a percentage (0% to 100%), a duration (2s) or a number',
    ],
    [
      'a limit that is no number',
      edited('abort: 5%', 'abort: yes please'),
      '51:12: "yes please" is no limit, expected',
    ],
    [
      'a limit of yes',
      edited('abort: 5%', 'abort: true'),
      '51:12: gates[0].abort is the yes/no value true, expected a limit such as',
    ],
    [
      'a gate of a used name',
      edited('name: latency-p95', 'name: error-rate'),
      '52:11: two gates are called "error-rate", expected a name of its own for each',
    ],
    [
      'a listener of a Network Load Balancer',
      edited('listener/app', 'listener/net'),
      '23:15: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/net/public/50dc6c495c0c9188/f2f7dc8efc522ab2" names a Network Load Balancer, which has no header rules',
    ],
    [
      'a load balancer for a listener',
      edited('listener/app/public/50dc6c495c0c9188/f2f7dc8efc522ab2', 'loadbalancer/app/public/50dc6c495c0c9188'),
      '23:15: "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/public/50dc6c495c0c9188" names a load balancer, expected the ARN of an Application Load Balancer\'s listener',
    ],
    [
      'traffic that is text',
      edited('- listener: ', '- '),
      `23:5: traffic[0] is "${listenerLine}", expected \`rule: \` or \`listener: \``,
    ],
    [
      'rule and listener in one entry',
      edited('- listener:', `- rule: ${listenerLine}\n    listener:`),
      '23:5: "rule" does not go with the other keys of traffic[0], expected either rule, or listener',
    ],
    [
      'a listener named twice',
      edited('- listener:', `- listener: ${listenerLine}\n  - listener:`),
      `24:15: "${listenerLine}" is named twice, expected each rule and listener once`,
    ],
    [
      'rules of two load balancers',
      edited('listener-rule/app/public', 'listener-rule/app/other'),
      '24:11: this belongs to another load balancer than the first one, expected the same',
    ],
    [
      'a target group of another account',
      edited('111122223333:targetgroup/web-b', '444455556666:targetgroup/web-b'),
      '19:18: the target group is in another account or region than the load balancer, expected the same',
    ],
    [
      'one target group for both slots',
      edited('web-b/9a1f0c55e1b24d02', 'web-a/73e2d6bc24d8a067'),
      '19:18: both slots name the same target group, expected two',
    ],
    [
      'one ECS service for both slots',
      edited('service: web-b', 'service: web-a'),
      '18:14: both slots name the same ECS service, expected two',
    ],
    [
      'an image with its registry',
      edited('repository: shop/web', 'repository: 1.dkr.ecr.eu-west-1.amazonaws.com/web:1'),
      '9:15: image.repository is "1.dkr.ecr.eu-west-1.amazonaws.com/web:1", expected the name of an ECR repository without registry and tag',
    ],
    [
      'a registry that is ECR Public',
      edited('repository: shop/web', 'repository: shop/web\n  registry: public.ecr.aws'),
      '10:13: "public.ecr.aws" is Amazon ECR Public: it announces no pushes',
    ],
    [
      'a tag pattern that looks around',
      edited(String.raw`\d+-[0-9a-f]{7,40}`, '(?=a)a'),
      '10:15: "(?=a)a" uses what an automaton cannot match',
    ],
    [
      'a health path that names a host',
      edited('healthPath: /health', 'healthPath: //evil.example'),
      '27:13: healthPath is "//evil.example", expected a path that starts with one /',
    ],
    [
      'a health path with a space',
      edited('healthPath: /health', 'healthPath: /he alth'),
      '27:13: healthPath is "/he alth", expected a path that starts with one /, in printable ASCII without spaces and #',
    ],
    [
      'a bare number where percent were meant',
      edited('pass: 1%', 'pass: 1'),
      '50:11: the pass limit (100%) lies beyond the abort limit (5%), expected a lower one',
    ],
    [
      'a metric called like a part of every object',
      `${exampleSpec}metrics: { constructor: { namespace: S, name: x, dimensions: { A: '{service}' } } }\n`,
      '85:25: "constructor" is a word of the language, expected another name',
    ],
    [
      'a URL with a password',
      edited('# url: https://shop.example.com', 'url: https://u:p@shop.example.com #'),
      '28:6: url is "https://u:p@shop.example.com", expected only protocol, host and port',
    ],
    [
      'a retention that ends before it shrinks',
      edited('keepFullFor: 1h', 'keepFullFor: 2d'),
      '80:16: keepFullFor (2d) is longer than keepFor, expected at most 1d',
    ],
    [
      'too few requests',
      edited('minimumRequests: 50', 'minimumRequests: 0'),
      '63:18: minimumRequests is the number 0, expected a whole number, 1 to 1000000',
    ],
    [
      'infinity',
      edited('minimumRequests: 50', 'minimumRequests: .inf'),
      '63:18: minimumRequests is the number Infinity, expected a whole number',
    ],
  ])('%s', (_, text, expected) => {
    expect(complaints(text).map((line) => line.slice(0, `web.yml:${expected}`.length))).toContain(
      `web.yml:${expected}`,
    );
  });

  test.each([
    'http://127.0.0.1',
    'http://127.1:9001',
    'http://2130706433',
    'https://0x7f000001',
    'http://0177.0.0.1',
    'http://[::1]:9001',
    'http://[::ffff:127.0.0.1]',
    'http://0.0.0.0',
    'http://localhost:9001',
    'http://LOCALHOST.',
    'http://169.254.169.254',
    'http://[::ffff:a9fe:a9fe]',
    'http://[fd00:ec2::254]',
  ])('a url that is no service: %s', (url) => {
    expect(complaints(edited('# url: https://shop.example.com', `url: ${url} #`)).join()).toContain(
      `28:6: url is "${url}", expected the host of a service: this is a loopback, link-local or metadata address`,
    );
  });

  test('a mistyped key of a gate is named with the key that was meant', () => {
    const text = edited('value: { metric: latencyP95', 'valeu: { metric: latencyP95');

    expect(complaints(text)[1]).toContain('unknown key "valeu" in gates[1] (did you mean value?)');
  });

  test('all mistakes of a file come at once, in its order', () => {
    const text = edited('weight: 25', 'weight: 2.5').replace('cluster: production', 'cluster: a b');

    expect(complaints(text).map((line) => line.split(' ')[0])).toEqual(['web.yml:5:10:', 'web.yml:40:15:']);
  });

  test('a message cannot steer the terminal that shows it', () => {
    const [complaint] = complaints(edited('service: web #', String.raw`service: "a\e[31m\u202e\nb" #`));

    expect(complaint).toContain(String.raw`service is "a\u{001b}[31m\u{202e}\u{000a}b", expected`);
  });
});
