import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { schedulerSchedules } from '../../lib/platform/scheduler-schedules.ts';

test('two changes of a schedule within a second are two requests, not one that is repeated', async () => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.setHeader('content-type', 'application/json').end('{"ScheduleArn":"arn"}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const client = new SchedulerClient({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${String(port)}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const arn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:rollback';
  const schedules = schedulerSchedules(client, { group: 'g', targetArn: arn, roleArn: arn, deadLetterArn: arn });
  const at = new Date('2026-03-01T10:00:00.200Z');
  await schedules.put({ name: 'web-1-guard', at, input: { reason: 'first' } });
  await schedules.put({ name: 'web-1-guard', at, input: { reason: 'second' } });
  client.destroy();
  server.close();

  const tokens = bodies.map((body) => z.object({ ClientToken: z.string().min(1) }).parse(JSON.parse(body)).ClientToken);
  expect(tokens).toHaveLength(2);
  expect(new Set(tokens).size).toBe(2);
});
