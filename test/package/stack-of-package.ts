import { readFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { stackTemplate, type StackTemplate } from '../../lib/cli/stack/stack-template.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { openedEvent } from '../contract/opened-event.ts';

/** Reads a template. */
export async function templateIn(file: string): Promise<StackTemplate> {
  return stackTemplate.parse(JSON.parse(await readFile(file, 'utf8')));
}

/** A template without the keys of its code, which are where each way of deploying puts it. */
export function withoutCode({ Resources: resources, ...others }: StackTemplate): unknown {
  const entries = Object.entries(resources).map(([id, { Properties = {}, ...resource }]) => {
    const { Code: _, ...properties } = Properties;
    return [id, { ...resource, Properties: properties }] as const;
  });
  return { ...others, Resources: Object.fromEntries(entries) };
}

/** The record of a stack that was deployed to a local AWS. */
export function recordOf(
  settings: ConstructorParameters<typeof DynamoDBClient>[0] & object,
  table: string,
): RolloutStore {
  const marshallOptions = { removeUndefinedValues: true };
  return dynamoDbRolloutStore(DynamoDBDocumentClient.from(new DynamoDBClient(settings), { marshallOptions }), table);
}

const at = '2026-03-01T11:00:00.000Z';

/** Opens a rollout in a record; what comes back ends it. */
export async function openIn(store: RolloutStore, rolloutId: string): Promise<() => Promise<unknown>> {
  const event = openedEvent();
  await store.putSpec({ ...event.spec, service: event.service }, 'Ana', at);
  const opened = await store.open(rolloutId, event, at);
  if (opened.outcome !== 'opened') throw new Error('the rollout was not opened');
  return () => store.append(opened.stored, [{ type: 'RolloutRejected', reason: 'no image', results: [] }], at);
}
