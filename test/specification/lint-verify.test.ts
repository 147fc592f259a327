import { expect, test } from '@jest/globals';
import { formatFinding } from '../../lib/specification/finding.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { minimalSpec } from './example-spec.ts';

test.each<[string, string, ...string[]]>([
  [
    'a url with the load balancer’s own name',
    'url: https://main-1.eu-west-1.elb.amazonaws.com',
    'no certificate is for main-1.eu-west-1.elb.amazonaws.com',
  ],
  [
    'a url that nothing asks',
    'url: https://shop.example.com\nverify: { by: targetHealth }',
    'warning: verify: { by: targetHealth } sends no request',
  ],
  ['a pattern as health path', 'healthPath: /api/*', 'warning: healthPath "/api/*" has a *'],
  ['a url of the service', 'url: https://shop.example.com\nhealthPath: /api/health'],
  ['the load balancer’s own name without a certificate', 'url: http://main-1.eu-west-1.elb.amazonaws.com'],
])('%s', (_, lines, ...expected) => {
  const found = lintSpec(`${minimalSpec}\n${lines}\n`, 'web.yml').map((finding) => formatFinding(finding));

  expect(found).toEqual(expected.map((each): unknown => expect.stringContaining(each)));
});
