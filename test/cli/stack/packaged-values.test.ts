import { describe, expect, test } from '@jest/globals';
import { packagedValues } from '../../../lib/cli/stack/packaged-values.ts';
import { stackTemplate, type PackagedStack } from '../../../lib/cli/stack/stack-template.ts';
import { FakeCli } from '../cli-harness.ts';
import { samplePackage } from '../fake-deployment.ts';

const deploy = 'stack deploy --stage production --region eu-west-1';
const place = { name: 'sluice-production', stage: 'production', account: '111122223333' };
const names = [
  ...['OidcIssuer', 'OidcClientId', 'OidcClientSecret', 'ConsoleGroups', 'SlackSigningSecret', 'Secrets'],
  ...['LinksUrl', 'LinksFrom', 'RequestAccounts', 'RequestSources'],
];

interface Packaged {
  readonly variables?: object;
  readonly secrets?: string;
  readonly networks?: readonly string[];
  readonly account?: readonly unknown[];
  readonly source?: readonly unknown[];
}

const byDefault = [{ 'anything-but': { prefix: 'sluice' } }];

/** As a version before this one packaged it. */
function before({ variables = {}, secrets, networks, account, source = byDefault }: Packaged = {}): PackagedStack {
  const sample = samplePackage();
  const path = secrets ?? 'sluice/${Stage}';
  const statement = {
    ...{ Effect: 'Allow', Action: ['ssm:GetParameter', 'secretsmanager:GetSecretValue'] },
    Resource: [
      { 'Fn::Sub': `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/${path}/*` },
      { 'Fn::Sub': `arn:\${AWS::Partition}:secretsmanager:\${AWS::Region}:\${AWS::AccountId}:secret:${path}/*` },
    ],
  };
  const policy = {
    Effect: 'Allow',
    Condition: { IpAddress: { 'aws:SourceIp': networks ?? ['0.0.0.0/0', '::/0'] } },
  };
  const usual = {
    ...{ OIDC_ISSUER: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '', CONSOLE_GROUPS: '' },
    LINKS_URL: { 'Fn::Sub': 'https://${ApiGatewayRestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${Stage}' },
    SLACK_SIGNING_SECRET: { 'Fn::Sub': 'ssm:/sluice/${Stage}/slack-signing-secret' },
  };
  return {
    ...sample,
    template: stackTemplate.parse({
      ...sample.template,
      Resources: {
        ...sample.template.Resources,
        SignInLambdaFunction: {
          ...{ Type: 'AWS::Lambda::Function' },
          Properties: { Code: {}, Environment: { Variables: { ...usual, ...variables } } },
        },
        Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: [statement] } }] } },
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Policy: { Statement: [policy] } } },
        Rule: {
          ...{ Type: 'AWS::Events::Rule' },
          Properties: {
            EventPattern: {
              ...{ account: account ?? [{ Ref: 'AWS::AccountId' }], source },
              'detail-type': ['sluice.rollout.requested'],
            },
          },
        },
      },
    }),
  };
}

/** As this version packages it: parameters in place of all that. */
function now(): PackagedStack {
  const { template, ...others } = before();
  const Parameters = { ...template.Parameters, ...Object.fromEntries(names.map((name) => [name, { Default: '' }])) };
  return { ...others, template: stackTemplate.parse({ ...template, Parameters }) };
}

const valuesOf = (packaged: Packaged, given = {}) => packagedValues(before(packaged).template, place, given);

describe('what an earlier version packaged from a clone', () => {
  test('is nothing where the clone said nothing', () => {
    expect(valuesOf({})).toEqual({});
  });

  test.each<[string, Packaged, Record<string, string>]>([
    [
      'who vouches for people',
      {
        variables: {
          ...{ OIDC_ISSUER: 'https://id.example', OIDC_CLIENT_ID: 'sluice', CONSOLE_GROUPS: 'ops,sre' },
          OIDC_CLIENT_SECRET: { 'Fn::Sub': 'ssm:/sluice/${Stage}/oidc-secret' },
        },
      },
      {
        ...{ OidcIssuer: 'https://id.example', OidcClientId: 'sluice', ConsoleGroups: 'ops,sre' },
        OidcClientSecret: 'ssm:/sluice/production/oidc-secret',
      },
    ],
    [
      'the secret of Slack',
      { variables: { SLACK_SIGNING_SECRET: 'ssm:/sluice/team/slack' } },
      { SlackSigningSecret: 'ssm:/sluice/team/slack' },
    ],
    [
      'a domain of its own',
      { variables: { LINKS_URL: 'https://sluice.example' } },
      { LinksUrl: 'https://sluice.example' },
    ],
    ['another path of secrets', { secrets: 'sluice/team/shop' }, { Secrets: 'sluice/team/shop' }],
    ['a path below that of the stage', { secrets: 'sluice/${Stage}/shop' }, { Secrets: 'sluice/production/shop' }],
    [
      'the networks of the pages',
      { networks: ['10.0.0.0/8', '2001:db8::/32'] },
      { LinksFrom: '10.0.0.0/8,2001:db8::/32' },
    ],
    ['sources of events of CI', { source: ['ci.example', 'ci.other'] }, { RequestSources: 'ci.example,ci.other' }],
    [
      'accounts of events of CI, the own one by its number',
      { account: [{ Ref: 'AWS::AccountId' }, '444455556666'] },
      { RequestAccounts: '111122223333,444455556666' },
    ],
    ['another account alone', { account: ['444455556666'] }, { RequestAccounts: '444455556666' }],
  ])('%s becomes a parameter', (_, packaged, values) => {
    expect(valuesOf(packaged)).toEqual(values);
  });

  test('a pattern of sources is refused, as no parameter can hold it, unless sources are named', () => {
    const source = [{ prefix: 'ci.' }];

    expect(() => valuesOf({ source })).toThrow('from sources by a pattern, [{"prefix":"ci."}]');
    expect(valuesOf({ source }, { RequestSources: 'ci.example' })).toEqual({});
  });

  test('is kept by a deployment, which says so, and by the next one', async () => {
    const cli = new FakeCli();
    cli.packaged = before({ secrets: 'sluice/team/shop', source: ['ci.example'] });
    await cli.run(deploy);
    cli.packaged = now();

    const { err } = await cli.run(deploy);

    expect(err.join('\n')).toContain(
      'The stack was packaged with sluice/team/shop; it keeps that as parameter Secrets.',
    );
    const kept = { Secrets: 'sluice/team/shop', RequestSources: 'ci.example', OidcIssuer: '' };
    expect((await cli.deployment.describe())?.parameters).toMatchObject(kept);
    await cli.run(deploy);
    expect((await cli.deployment.describe())?.parameters).toMatchObject(kept);
  });

  test('gives way to what is named now', async () => {
    const cli = new FakeCli();
    cli.packaged = before({ source: ['ci.example'] });
    await cli.run(deploy);
    cli.packaged = now();
    await cli.run(`${deploy} --parameter RequestSources=ci.other`);

    expect((await cli.deployment.describe())?.parameters).toMatchObject({ RequestSources: 'ci.other' });
  });
});
