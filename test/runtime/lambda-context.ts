import type { Context } from 'aws-lambda';
import * as z from 'zod';

/** What Lambda tells a function about its call, without the callbacks that nobody should use. */
export const lambdaContext = z.custom<Context>().parse({
  callbackWaitsForEmptyEventLoop: true,
  functionName: 'sluice-test-Function',
  functionVersion: '7',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:sluice-test-Function:7',
  memoryLimitInMB: '512',
  awsRequestId: 'request-1',
  logGroupName: '/aws/lambda/sluice-test-Function',
  logStreamName: '2026/03/01/[7]1',
  getRemainingTimeInMillis: () => 15_000,
});
