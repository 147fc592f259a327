import { expect, test } from '@jest/globals';
import { checkRights } from '../../local/rights/check.ts';
import type { Resource } from '../../local/rights/template.ts';
import { assertKnown, requestsOfWiring } from '../../local/rights/wiring.ts';

const role = 'arn:aws:iam::111122223333:role/one';
const queue = 'arn:aws:sqs:eu-west-1:111122223333:left';
const resource = (type: string, properties: Resource['properties']): Resource => ({ id: 'One', type, properties });
const named = resource('AWS::Lambda::Function', { FunctionName: 'one', Role: role });

test.each(['OnFailure', 'OnSuccess'])('what a function hands on, its role has to be allowed to: %s', (when) => {
  const settings = { FunctionName: 'one', DestinationConfig: { [when]: { Destination: queue } } };

  expect(requestsOfWiring([named, resource('AWS::Lambda::EventInvokeConfig', settings)])).toContainEqual({
    role,
    request: { action: 'sqs:SendMessage', resource: queue, by: 'One' },
  });
});

test.each(['AWS::Logs::SubscriptionFilter', 'AWS::Pipes::Pipe', 'AWS::Scheduler::Schedule', 'AWS::SNS::Subscription'])(
  'a resource of a type that nobody looks at is an error, not a right that nothing lacks: %s',
  async (type) => {
    expect(() => {
      assertKnown([resource(type, {})]);
    }).toThrow(`One, a ${type}`);
    await expect(checkRights({ Resources: { One: { Type: type } } })).rejects.toThrow('local/rights/wiring.ts');
  },
);
