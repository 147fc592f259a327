import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { commandsOf } from '../../local/rights/interpreter.ts';
import { Sources } from '../../local/rights/sources.ts';

const files = {
  'world.ts': `
    import { SQSClient, SendMessageCommand, DeleteMessageCommand } from '@aws-sdk/client-sqs';
    const client = new SQSClient({});
    export const queue = {
      async put(body) { return client.send(new SendMessageCommand({ QueueUrl: 'https://sqs/1/x', MessageBody: body })); },
      async drop(handle) { await client.send(new DeleteMessageCommand({ QueueUrl: 'https://sqs/1/x', ReceiptHandle: handle })); },
    };`,
  'registry.ts': `
    import { layoutOf } from './layout.ts';
    import { slots } from './slots.ts';
    const drivers = { slots };
    export function driverOf(spec) { return drivers[layoutOf(spec).driver]; }`,
  'layout.ts': `export function layoutOf(spec) { return { driver: 'slots', spec }; }`,
  'slots.ts': `export const slots = { ask: (state, { queue }) => queue.put(state) };`,
  'entry.ts': `
    import { tell } from 'some-package';
    import { queue } from './world.ts';
    import { driverOf } from './registry.ts';
    async function confirmed(read) { const found = await read(); return found.state === 'gone' ? read() : found; }
    async function useCase(input, world) {
      const answer = await confirmed(() => driverOf(input).ask(input, world));
      return tell(answer.reason);
    }
    export const handler = (input) => useCase(input, { queue });`,
};

test('a method that is found by a key at run time does with its arguments what it does, and nothing else', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-calls-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
    const options = { environment: {}, separates: () => false };
    const commands = commandsOf(new Sources(), path.join(folder, 'entry.ts'), options);

    expect(commands.map(({ operation }) => operation)).toEqual(['SendMessage']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
