import { describe, expect, test } from '@jest/globals';
import { complaintsOf } from '../../local/lint/accepted-findings.ts';
import { rolePoliciesOf } from '../../local/lint/role-policies.ts';

function templateWith(resource: unknown): unknown {
  return {
    Resources: {
      Table: { Type: 'AWS::DynamoDB::Table' },
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Resource: resource }] } }] },
      },
    },
  };
}

describe('policies of roles', () => {
  test.each<[string, unknown, unknown]>([
    ['an ARN', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'arn:aws:dynamodb:eu-west-1:111122223333:table/Table'],
    [
      'a text with pseudo parameters',
      { 'Fn::Sub': 'arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:service/*' },
      'arn:aws:ecs:eu-west-1:111122223333:service/*',
    ],
    [
      'a text with an attribute',
      { 'Fn::Sub': '${Table.Arn}/index/*' },
      'arn:aws:dynamodb:eu-west-1:111122223333:table/Table/index/*',
    ],
    [
      'a joined text',
      { 'Fn::Join': ['', [{ Ref: 'Table' }, '/x']] },
      'arn:aws:dynamodb:eu-west-1:111122223333:table/Table/x',
    ],
  ])('say %s in full', (_, written, resolved) => {
    expect(rolePoliciesOf(templateWith(written))).toEqual([
      { role: 'Role', document: { Statement: [{ Effect: 'Allow', Resource: resolved }] } },
    ]);
  });

  test('that name something unknown are no policies that could be read', () => {
    expect(() => rolePoliciesOf(templateWith({ Ref: 'Elsewhere' }))).toThrow('A policy names Elsewhere');
  });
});

describe('accepted findings', () => {
  const finding = { role: 'ShiftTraffic', title: 'No resources match', actions: ['elb:modifyrule'] };
  const entry = { title: 'No resources match', actions: ['elb:ModifyRule'], reason: 'There is no such resource.' };

  test('explain what has their title and their action', () => {
    expect(complaintsOf([finding], [entry])).toEqual([]);
  });

  test.each([
    ['of another title', { ...finding, title: 'Unknown action' }],
    ['with an action more', { ...finding, actions: ['elb:modifyrule', 'elb:deleterule'] }],
    ['that names no action', { ...finding, actions: [] }],
  ])('leave a finding %s unexplained', (_, other) => {
    expect(complaintsOf([finding, other], [entry])).toEqual([expect.stringContaining('narrow the policy')]);
  });

  test('that nothing is found for are to be deleted', () => {
    expect(complaintsOf([], [entry])).toEqual([expect.stringContaining('delete it there')]);
  });
});
