import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { storedRollout } from '../../lib/storage/dynamodb-items.ts';
import { eventLine, rolloutJson, rolloutLines } from '../../lib/cli/rollout-view.ts';
import { transitionMessage } from '../../lib/messages/message.ts';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { RecordedEvent } from '../../lib/rollout/events.ts';
import { evolve, openedState, type RolloutState } from '../../lib/rollout/state.ts';
import { transitionsOf } from '../../lib/rollout/transition.ts';
import { clientThrough, Table } from '../simulation/aws/table.ts';
import { releasedStack } from '../upgrade/released-stack.ts';
import type { Lines } from './lines.ts';

const folder = path.join(import.meta.dirname, 'released');
const item = z.record(z.string(), z.unknown());
const installation = { stage: 'test', region: 'eu-west-1' };

/**
 * Records what today's code reads in tables that 0.1.0 wrote: each rollout as it is stored, folded from its events, shown and
 * announced; and each event of that release on each of its states.
 */
export async function writeReleasedTable(lines: Lines): Promise<void> {
  for (const file of readdirSync(folder).sort()) await writeTable(file, lines);
  await writeTransitions(lines);
}

async function writeTable(file: string, lines: Lines): Promise<void> {
  lines.add(`== table ${file}`);
  const table = new Table(() => undefined);
  const items = readFileSync(path.join(folder, file), 'utf8')
    .trim()
    .split('\n')
    .map((line) => item.parse(JSON.parse(line)));
  for (const Item of items) table.carryOut(new PutCommand({ TableName: 'record', Item }));
  const store = dynamoDbRolloutStore(
    clientThrough((command) => Promise.resolve().then(() => table.carryOut(command))),
    'record',
  );
  lines.add('services', await store.services());
  lines.add('service', await store.service('web'));
  lines.add('spec', await store.spec('web'));
  lines.add('waiting', await store.waiting('web'));
  lines.add('unsettled', await store.unsettled());
  for (const summary of await store.list('web', 99)) {
    lines.add(`== rollout ${summary.rolloutId}`, summary);
    await writeRollout(summary.rolloutId, store, lines);
  }
}

async function writeRollout(rolloutId: string, store: RolloutStore, lines: Lines): Promise<void> {
  const stored = await store.load(rolloutId);
  if (stored === undefined) throw new Error(`there is no ${rolloutId}`);
  const { state } = stored;
  const events = await store.events(rolloutId, 0);
  lines.add('stored', stored);
  lines.add('folded', foldedState(rolloutId, events));
  lines.add('announced', await store.announcedUpTo(rolloutId));
  for (const recorded of events) lines.add(eventLine(recorded, state), recorded.event);
  writeViews(state, events, lines);
}

function foldedState(rolloutId: string, events: readonly RecordedEvent[]): RolloutState {
  const [first, ...rest] = events;
  if (first?.event.type !== 'RolloutOpened') throw new Error(`${rolloutId} does not begin with its opening`);
  return rest.reduce((state, { event, at }) => evolve(state, event, at), openedState(rolloutId, first.at, first.event));
}

function writeViews(state: RolloutState, events: readonly RecordedEvent[], lines: Lines): void {
  lines.text('status', rolloutLines(state, new Date('2026-03-02T10:00:00.000Z')).join('\n'));
  lines.add('as JSON', rolloutJson(state));
  for (const transition of transitionsOf(events)) {
    lines.add(`message ${transition.event.type}`, transitionMessage(transition, [], state, installation), 'message');
  }
}

/** One event of every type, on a state in every phase that takes it. */
async function writeTransitions(lines: Lines): Promise<void> {
  const { record } = await releasedStack('0.1.0');
  for (const [phase, stored] of Object.entries(record.states)) {
    const state = storedRollout({ state: JSON.stringify(stored), sequence: 3, fence: 1 }).state;
    lines.add(`== state ${phase}`, state, 'state');
    writeViews(state, [], lines);
    for (const type of Object.keys(record.becomes[phase] ?? {})) {
      const event = record.events[type];
      if (event === undefined) throw new Error(`0.1.0 had no ${type}`);
      const next = evolve(state, event, record.at);
      lines.add(`${type} -> ${next.phase}`, next, `after ${phase}`);
      const recorded = { rolloutId: state.rolloutId, sequence: 4, at: record.at, event };
      lines.add(`  ${eventLine(recorded, next)}`);
    }
  }
}
