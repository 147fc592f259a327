import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from '@jest/globals';
import { emulatorUnderTest } from './emulator-under-test.ts';

test('CloudFormation creates no table whose name is taken, and leaves the one that is there as it is', async () => {
  const local = await emulatorUnderTest();
  try {
    const { endpoint } = local.emulator;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new CloudFormationClient({ endpoint, region: 'us-east-1', credentials });
    await local.createTable('record');
    await local.dynamodb.send(new PutItemCommand({ TableName: 'record', Item: { pk: { S: 'a' } } }));
    const properties = {
      ...{ TableName: 'record', BillingMode: 'PAY_PER_REQUEST' },
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    };
    const template = { Resources: { Table: { Type: 'AWS::DynamoDB::Table', Properties: properties } } };

    await client.send(new CreateStackCommand({ StackName: 'next', TemplateBody: JSON.stringify(template) }));
    await expect(
      waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName: 'next' }),
    ).rejects.toThrow();

    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: 'next' }));
    expect(StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason)).toContainEqual(
      expect.stringContaining("identifier 'record' already exists"),
    );
    const found = await local.dynamodb.send(new GetItemCommand({ TableName: 'record', Key: { pk: { S: 'a' } } }));
    expect(found.Item).toEqual({ pk: { S: 'a' } });
  } finally {
    await local.close();
  }
});
