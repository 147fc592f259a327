import http from 'node:http';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { elbTrafficRouter } from '../../../lib/drivers/slots/elb-traffic-router.ts';
import { modelArns } from '../../model/model-world.ts';

// The fleet knows no regular expressions and no transforms; this is what AWS describes of such a rule.
const described = `<DescribeRulesResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeRulesResult><Rules><member>
  <RuleArn>${modelArns.rule}</RuleArn><Priority>10</Priority><IsDefault>false</IsDefault>
  <Conditions>
    <member><Field>path-pattern</Field><Values/><RegexValues><member>^/v[0-9]+/</member></RegexValues>
      <PathPatternConfig><Values/><RegexValues><member>^/v[0-9]+/</member></RegexValues></PathPatternConfig></member>
    <member><Field>host-header</Field><Values><member>shop.example.com</member></Values>
      <HostHeaderConfig><Values><member>shop.example.com</member></Values></HostHeaderConfig></member>
  </Conditions>
  <Actions><member><Type>forward</Type><TargetGroupArn>${modelArns.groupA}</TargetGroupArn></member></Actions>
  <Transforms><member><Type>url-rewrite</Type><UrlRewriteConfig><Rewrites><member><Regex>^/v1/(.*)</Regex><Replace>/$1</Replace></member></Rewrites></UrlRewriteConfig></member></Transforms>
</member></Rules></DescribeRulesResult></DescribeRulesResponse>`;
const answers: Readonly<Record<string, string>> = {
  DescribeRules: described,
  DescribeTags:
    '<DescribeTagsResponse><DescribeTagsResult><TagDescriptions/></DescribeTagsResult></DescribeTagsResponse>',
  CreateRule: `<CreateRuleResponse><CreateRuleResult><Rules><member><RuleArn>${modelArns.rule}-new</RuleArn></member></Rules></CreateRuleResult></CreateRuleResponse>`,
};

let server: http.Server;
let client: ElasticLoadBalancingV2Client;
let created: Record<string, string> = {};

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
      const action = form['Action'] ?? '';
      if (action === 'CreateRule') created = form;
      response.writeHead(200, { 'content-type': 'text/xml' }).end(answers[action]);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = new ElasticLoadBalancingV2Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  await elbTrafficRouter(client).openHeaderRoute({
    listenerArn: modelArns.listener,
    besideRule: modelArns.rule,
    header: 'canary',
    value: 'true',
    targetGroup: modelArns.groupB,
    rolloutId: 'web-1',
  });
});

afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** What was sent under a name that begins so. */
const sent = (prefix: string) => Object.fromEntries(Object.entries(created).filter(([key]) => key.startsWith(prefix)));

test('a header rule rewrites requests as the rule beside it does: green gets the paths that it knows', () => {
  expect(sent('Transforms')).toEqual({
    'Transforms.member.1.Type': 'url-rewrite',
    'Transforms.member.1.UrlRewriteConfig.Rewrites.member.1.Regex': '^/v1/(.*)',
    'Transforms.member.1.UrlRewriteConfig.Rewrites.member.1.Replace': '/$1',
  });
});

test('conditions are said once, in their own configuration, and without empty lists', () => {
  expect(sent('Conditions')).toEqual({
    'Conditions.member.1.Field': 'path-pattern',
    'Conditions.member.1.PathPatternConfig.RegexValues.member.1': '^/v[0-9]+/',
    'Conditions.member.2.Field': 'host-header',
    'Conditions.member.2.HostHeaderConfig.Values.member.1': 'shop.example.com',
    'Conditions.member.3.Field': 'http-header',
    'Conditions.member.3.HttpHeaderConfig.HttpHeaderName': 'canary',
    'Conditions.member.3.HttpHeaderConfig.Values.member.1': 'true',
  });
});
