import { describe, expect, test } from '@jest/globals';
import { callerOfRole, callerWithoutRole, type RoleFacts } from '../../lib/approval/caller.ts';

const session = 'arn:aws:sts::123456789012:assumed-role/Deploy/ana';
const ana = 'arn:aws:iam::123456789012:user/ana';
const root = 'arn:aws:iam::123456789012:root';

/** A trust policy of one statement. */
function trusting(statement: object, path = '/'): RoleFacts {
  return { path, trustPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] } };
}

const assume = { Action: 'sts:AssumeRole' };
const named = (name: unknown, operator = 'StringEquals') => ({
  Condition: { [operator]: { 'sts:RoleSessionName': name } },
});
const saml = { Federated: 'arn:aws:iam::123456789012:saml-provider/Okta' };
const oidc = { Federated: 'arn:aws:iam::123456789012:oidc-provider/id.example.com' };

describe('the session of a role is one human where its trust policy fixes the name', () => {
  test.each([
    ['the own name of the user who calls', { ...assume, Principal: { AWS: root }, ...named('${aws:username}') }],
    ['a name that one user alone may take', { ...assume, Principal: { AWS: [ana] }, ...named('ana') }],
    ['by a SAML provider', { Action: 'sts:AssumeRoleWithSAML', Principal: saml }],
    [
      'the subject of a token',
      { Action: ['sts:AssumeRoleWithWebIdentity'], Principal: oidc, ...named('${id.example.com:sub}') },
    ],
    [
      'with other conditions beside it',
      {
        ...assume,
        Principal: { AWS: root },
        Condition: { ...named('${aws:username}').Condition, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      },
    ],
  ])('%s', (_, statement) => {
    expect(callerOfRole(session, trusting(statement))).toEqual({ principal: session, standing: 'one', why: '' });
  });
});

describe('it may be several people where its caller chooses the name', () => {
  test.each([
    ['nothing fixes it', { ...assume, Principal: { AWS: root } }],
    ['a name that all users may take', { ...assume, Principal: { AWS: root }, ...named('ana') }],
    [
      'a name that two users may take',
      { ...assume, Principal: { AWS: [ana, ana.replace('ana', 'ben')] }, ...named('ana') },
    ],
    ['one of two names', { ...assume, Principal: { AWS: ana }, ...named(['ana', 'ben']) }],
    ['a pattern', { ...assume, Principal: { AWS: ana }, ...named('a*', 'StringLike') }],
    [
      'only where there is a name',
      { ...assume, Principal: { AWS: root }, ...named('${aws:username}', 'StringEqualsIfExists') },
    ],
    ['a variable that the caller sets', { ...assume, Principal: { AWS: root }, ...named('${aws:PrincipalTag/name}') }],
    ['everyone', { ...assume, Principal: '*', ...named('${aws:username}') }],
    [
      'a service beside users',
      { ...assume, Principal: { AWS: root, Service: 'lambda.amazonaws.com' }, ...named('${aws:username}') },
    ],
    ['the own name of users of every account', { ...assume, Principal: { AWS: '*' }, ...named('${aws:username}') }],
    [
      'the own name of users of two accounts',
      { ...assume, Principal: { AWS: [root, '999999999999'] }, ...named('${aws:username}') },
    ],
    [
      'the own name of a user and of a role',
      {
        ...assume,
        Principal: { AWS: [ana, 'arn:aws:iam::123456789012:role/Build'] },
        ...named('${aws:username}'),
      },
    ],
    [
      'by two SAML providers',
      { Action: 'sts:AssumeRoleWithSAML', Principal: { Federated: [saml.Federated, 'other'] } },
    ],
    [
      'the identity of a guest, of which Cognito gives as many as are asked for',
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Principal: { Federated: 'cognito-identity.amazonaws.com' },
        ...named('${cognito-identity.amazonaws.com:sub}'),
      },
    ],
    ['a token without its subject', { Action: 'sts:AssumeRoleWithWebIdentity', Principal: oidc }],
    ['SAML and a plain way', { Action: ['sts:AssumeRoleWithSAML', 'sts:AssumeRole'], Principal: saml }],
    ['all actions', { Action: 'sts:*', Principal: { AWS: root } }],
    ['all but one action', { NotAction: 'sts:TagSession', Principal: { AWS: root } }],
  ])('%s', (_, statement) => {
    expect(callerOfRole(session, trusting(statement)).standing).toBe('shared');
  });

  test('one of two ways in fixes nothing', () => {
    const fixed = { Effect: 'Allow', ...assume, Principal: { AWS: root }, ...named('${aws:username}') };
    const open = { Effect: 'Allow', ...assume, Principal: { AWS: ana.replace('ana', 'ci') } };
    const trustPolicy = { Statement: [fixed, open] };

    expect(callerOfRole(session, { path: '/', trustPolicy }).standing).toBe('shared');
    expect(callerOfRole(session, { path: '/', trustPolicy: { Statement: fixed } }).standing).toBe('one');
  });

  test.each([
    [
      'another user who may take the same name',
      { ...assume, Principal: { AWS: `${ana}-2` }, ...named('ana') },
      'shared',
    ],
    [
      'users of another account by their names',
      { ...assume, Principal: { AWS: '999999999999' }, ...named('${aws:username}') },
      'shared',
    ],
    ['a SAML provider, which has names of its own', { Action: 'sts:AssumeRoleWithSAML', Principal: saml }, 'shared'],
    [
      'a token, whose subject may be called like a user',
      { Action: 'sts:AssumeRoleWithWebIdentity', Principal: oidc, ...named('${id.example.com:sub}') },
      'shared',
    ],
    ['one of the same users by the own name', { ...assume, Principal: { AWS: ana }, ...named('ana') }, 'one'],
  ])('beside users by their names, %s', (_, other, standing) => {
    const users = { Effect: 'Allow', ...assume, Principal: { AWS: root }, ...named('${aws:username}') };
    const trustPolicy = { Statement: [users, { Effect: 'Allow', ...other }] };

    expect(callerOfRole(session, { path: '/', trustPolicy }).standing).toBe(standing);
  });

  test.each([
    '*',
    'sts:*',
    'STS:assumerole',
    'sts:*Role',
    's*',
    'sts:?ssumeRole',
    '*:AssumeRole',
    'sts:Assume*e',
    '???:*',
  ])('another way in by the action %s fixes nothing', (Action) => {
    const fixed = { Effect: 'Allow', ...assume, Principal: { AWS: root }, ...named('${aws:username}') };
    const open = { Effect: 'Allow', Action, Principal: { AWS: ana.replace('ana', 'ci') } };

    expect(callerOfRole(session, { path: '/', trustPolicy: { Statement: [fixed, open] } }).standing).toBe('shared');
  });

  test('a right that is no way in changes nothing', () => {
    const fixed = { Effect: 'Allow', ...assume, Principal: { AWS: root }, ...named('${aws:username}') };
    const tags = { Effect: 'Allow', Action: ['sts:TagSession', 'sts:SetSource*'], Principal: { AWS: root } };

    expect(callerOfRole(session, { path: '/', trustPolicy: { Statement: [fixed, tags] } }).standing).toBe('one');
  });

  test.each([undefined, null, 'text', { Statement: [] }, { Statement: [{ Effect: 'Maybe' }] }, {}])(
    'a policy that is not understood: %j',
    (trustPolicy) => {
      expect(callerOfRole(session, { path: '/', trustPolicy }).standing).toBe('shared');
    },
  );
});

test('a role of the same name in another account says nothing of the session', () => {
  const facts = trusting({ Action: 'sts:AssumeRoleWithSAML', Principal: saml });

  expect(callerOfRole(session, { ...facts, account: '123456789012' }).standing).toBe('one');
  expect(callerOfRole(session, { ...facts, account: '999999999999' })).toEqual({
    principal: session,
    standing: 'shared',
    why: 'role Deploy is of another account',
  });
});

describe('IAM Identity Center names its sessions', () => {
  const ofCenter = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Deploy_0123456789abcdef/ana@example.com';
  const open = { Action: 'sts:AssumeRole', Principal: { AWS: root } };

  test('below its own path', () => {
    expect(callerOfRole(ofCenter, trusting(open, '/aws-reserved/sso.amazonaws.com/eu-west-1/')).standing).toBe('one');
  });

  test.each(['/', '/aws-reserved/', '/teams/aws-reserved/sso.amazonaws.com/'])(
    'a role of that name at %s is any role',
    (path) => {
      expect(callerOfRole(ofCenter, trusting(open, path)).standing).toBe('shared');
    },
  );
});

test.each([
  [ana, 'one'],
  ['arn:aws-cn:iam::123456789012:user/teams/web/ana', 'one'],
  [root, 'shared'],
  ['arn:aws:sts::123456789012:federated-user/ana', 'shared'],
  ['AIDA', 'shared'],
])('%s is %s', (principal, standing) => {
  expect(callerWithoutRole(principal).standing).toBe(standing);
});
