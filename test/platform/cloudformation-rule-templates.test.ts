import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cloudFormationRuleTemplates } from '../../lib/platform/cloudformation-rule-templates.ts';
import { TemplateUnclear } from '../../lib/ports/rule-templates.ts';

const rule = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/shop/1/2/3';
const stackId = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/shop-web/1';

/** CloudFormation with one stack; the words of its refusals are those of AWS. */
const stack = {
  resources: new Map<string, string>(),
  template: '',
  refuses: undefined as string | undefined,
};
let server: Server;
let client: CloudFormationClient;

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const { status, xml } = answer(new URLSearchParams(body));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(xml);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  client = new CloudFormationClient({
    ...{ endpoint: `http://127.0.0.1:${port}`, region: 'eu-west-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});
afterAll(() => {
  client.destroy();
  server.close();
});
beforeEach(() => {
  stack.resources = new Map([
    ['Rule', rule],
    ['WebA', 'arn:group-a'],
    ['WebB', 'arn:group-b'],
  ]);
  stack.template = JSON.stringify({ Resources: { Rule: { Properties: { Actions: [forward(100, 0)] } } } });
  stack.refuses = undefined;
});

const forward = (a: unknown, b: unknown) => ({
  Type: 'forward',
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: { Ref: 'WebA' }, Weight: a },
      { TargetGroupArn: { Ref: 'WebB' }, Weight: b },
    ],
  },
});

function answer(asked: URLSearchParams): { status: number; xml: string } {
  const action = asked.get('Action') ?? '';
  const refusal = (code: string, message: string) => ({
    status: 400,
    xml: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  });
  if (stack.refuses !== undefined) return refusal(stack.refuses, 'not now');
  const result = (inner: string) => ({
    status: 200,
    xml: `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>`,
  });
  const described = (id: string, physical: string) =>
    `<LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId>` +
    `<StackId>${stackId}</StackId><StackName>shop-web</StackName>`;
  if (action === 'DescribeStackResources') {
    const physical = asked.get('PhysicalResourceId');
    if (physical !== rule) return refusal('ValidationError', `Stack for ${physical ?? ''} does not exist`);
    const members = [...stack.resources].map(([id, arn]) => `<member>${described(id, arn)}</member>`);
    return result(`<StackResources>${members.join('')}</StackResources>`);
  }
  if (asked.get('StackName') !== stackId) return refusal('ValidationError', 'Stack does not exist');
  if (action === 'GetTemplate') {
    return result(`<TemplateBody>${stack.template.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</TemplateBody>`);
  }
  const id = asked.get('LogicalResourceId') ?? '';
  const physical = stack.resources.get(id);
  if (physical === undefined) return refusal('ValidationError', `Resource ${id} does not exist for stack shop-web`);
  return result(`<StackResourceDetail>${described(id, physical)}</StackResourceDetail>`);
}

describe('the template of a rule', () => {
  const owning = (arn = rule) => cloudFormationRuleTemplates(client).owning(arn);

  test('tells the weights of the next update, by the target groups that the stack has made', async () => {
    expect(await owning()).toEqual({
      ...{ stack: 'shop-web', resource: 'Rule' },
      weights: { 'arn:group-a': 100, 'arn:group-b': 0 },
    });
  });

  test('is none of a rule that no stack owns', async () => {
    expect(await owning('arn:another')).toBeUndefined();
  });

  test('is read where it is written in YAML with short forms', async () => {
    stack.template = `
Resources:
  WebA: { Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: { VpcId: !ImportValue vpc, Name: !Sub 'web-\${AWS::Region}' } }
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !GetAtt Listener.ListenerArn
      Actions:
        - Type: forward
          ForwardConfig:
            TargetGroups:
              - { TargetGroupArn: !Ref WebA, Weight: 0 }
              - { TargetGroupArn: !Ref WebB, Weight: 100 }
`;

    expect(await owning()).toMatchObject({ weights: { 'arn:group-a': 0, 'arn:group-b': 100 } });
  });

  test('that takes the weights from the parameters says so', async () => {
    const actions = [
      forward('{{resolve:ssm:/sluice/test/weights/web/a}}', '{{resolve:ssm:/sluice/test/weights/web/b}}'),
    ];
    stack.template = JSON.stringify({ Resources: { Rule: { Properties: { Actions: actions } } } });

    expect(await owning()).toMatchObject({ weights: 'elsewhere' });
  });

  test.each([
    ['is no template', '{', 'its template cannot be read'],
    ['has a function for a weight', JSON.stringify(withActions(forward({ 'Fn::If': [] }, 0))), 'made by a function'],
  ])('that %s is unclear, with stack and resource', async (_, template, why) => {
    stack.template = template;

    await expect(owning()).rejects.toThrow(TemplateUnclear);
    await expect(owning()).rejects.toThrow(why);
    await expect(owning()).rejects.toThrow('Rule of stack shop-web');
  });

  test('whose target group is no resource of the stack is unclear where that gets traffic', async () => {
    stack.resources.delete('WebA');
    await expect(owning()).rejects.toThrow('a target group comes from a parameter of the template');

    stack.template = JSON.stringify(withActions(forward(0, 100)));
    expect(await owning()).toMatchObject({ weights: { 'arn:group-b': 100 } });
  });

  test('of a stack that does not tell the rule among its resources is unclear', async () => {
    stack.resources.delete('Rule');

    await expect(owning()).rejects.toThrow('stack shop-web owns it');
  });

  test('that cannot be asked for is an error, never none', async () => {
    stack.refuses = 'AccessDenied';
    await expect(owning()).rejects.toMatchObject({ name: 'AccessDenied' });

    stack.refuses = 'Throttling';
    await expect(owning()).rejects.toMatchObject({ name: 'Throttling' });
  });
});

function withActions(...Actions: unknown[]) {
  return { Resources: { Rule: { Properties: { Actions } } } };
}
