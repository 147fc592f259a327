import { describe, expect, test } from '@jest/globals';
import { templateWeights } from '../../../lib/drivers/rules/template-weights.ts';

const groups = (a: unknown, b: unknown) => ({
  TargetGroups: [
    { TargetGroupArn: { Ref: 'WebA' }, Weight: a },
    { TargetGroupArn: { Ref: 'WebB' }, Weight: b },
  ],
});
const rule = (...Actions: unknown[]) => ({ Resources: { Rule: { Properties: { Actions } } } });
const weighted = (a: unknown, b: unknown) => rule({ Type: 'forward', ForwardConfig: groups(a, b) });
const both = (a: number, b: number) => ({
  weights: [
    { group: { logicalId: 'WebA' }, weight: a },
    { group: { logicalId: 'WebB' }, weight: b },
  ],
});

describe('the weights of a template', () => {
  test('are its numbers, also where they are written as text', () => {
    expect(templateWeights(weighted(100, 0), 'Rule')).toEqual(both(100, 0));
    expect(templateWeights(weighted('0', '100'), 'Rule')).toEqual(both(0, 100));
  });

  test('of a listener are those of its default actions, after a login', () => {
    const DefaultActions = [{ Type: 'authenticate-oidc' }, { Type: 'forward', ForwardConfig: groups(1, 0) }];

    expect(templateWeights({ Resources: { Listener: { Properties: { DefaultActions } } } }, 'Listener')).toEqual(
      both(1, 0),
    );
  });

  test('are all for the group that is named alone', () => {
    expect(templateWeights(rule({ Type: 'forward', TargetGroupArn: 'arn:a' }), 'Rule')).toEqual({
      weights: [{ group: { arn: 'arn:a' }, weight: 1 }],
    });
  });

  test('are none where the rule answers itself', () => {
    expect(templateWeights(rule({ Type: 'fixed-response' }), 'Rule')).toEqual({ weights: [] });
  });

  test('come from elsewhere by a dynamic reference, or by a parameter of the parameter store', () => {
    const [a, b] = ['{{resolve:ssm:/sluice/test/weights/web/a}}', '{{resolve:ssm:/sluice/test/weights/web/b}}'];
    const Parameters = { A: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/sluice/test/weights/web/a' } };

    expect(templateWeights(weighted(a, b), 'Rule')).toEqual({ weights: 'elsewhere' });
    expect(templateWeights({ Parameters, ...weighted({ Ref: 'A' }, 0) }, 'Rule')).toEqual({ weights: 'elsewhere' });
  });

  test.each([
    ['a parameter of the template', weighted({ Ref: 'Blue' }, 0)],
    ['a function', weighted({ 'Fn::If': ['IsBlue', 100, 0] }, 0)],
    ['a group by a function', rule({ Type: 'forward', TargetGroupArn: { 'Fn::ImportValue': 'web' } })],
    ['actions by a function', { Resources: { Rule: { Properties: { Actions: { 'Fn::If': [] } } } } }],
    ['a rule that is not there', { Resources: {} }],
    ['no number', weighted('', 0)],
    ['half a weight', weighted(0.5, 0)],
    ['no template', 'x'],
    ['nothing', undefined],
  ])('cannot be told of %s', (_, source) => {
    expect(templateWeights(source, 'Rule')).toEqual({ unclear: expect.any(String) });
  });
});
