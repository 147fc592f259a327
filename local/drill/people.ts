import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { RecordedEvent } from '../../lib/rollout/events.ts';
import { sample } from '../sample/sample-names.ts';
import type { Drill } from './drill.ts';
import type { Bound, DrillReport } from './report.ts';

const messages = z.array(z.object({ at: z.number(), key: z.string(), rollout: z.string() }));
const alerts = z.array(z.object({ key: z.string(), status: z.string(), summary: z.string() }));
const spans = z.object({
  standing: z.string(),
  commanders: z.array(z.object({ by: z.string() })),
  spans: z.array(z.object({ name: z.string(), seconds: z.number().optional(), isMet: z.boolean().optional() })),
});

const tellingOf = z.object({ toldIn: z.string() });

const arrivedWithinMs = 30_000;
/** What people have to hear of. */
const toBeTold = ['EmergencyBegan', 'IncidentOpened', 'EmergencyEnded', 'IncidentUpdated', 'IncidentClosed'] as const;

/**
 * Leads the incident that an emergency opened, as a person does by the command line, to its end.
 * @param toldIn the rollout whose record tells of the emergency
 * @param from when the chapter began, epoch milliseconds
 */
export async function leadIncident(
  drill: Drill,
  toldIn: string,
  from: number,
): Promise<Pick<DrillReport, 'toldMs' | 'bounds'>> {
  const { service } = sample;
  // One that is opened again is told where it was told first.
  const standing: unknown = JSON.parse(await drill.sluice('incident', 'status', service, '--json'));
  const tellers = [...new Set([toldIn, tellingOf.parse(standing).toldIn])];
  await drill.sluice('incident', 'take', service, '--as', 'Ana');
  await drill.sluice('incident', 'update', service, '--as', 'Ana', '--text', 'Users are served again.', '--restored');
  await drill.sluice('incident', 'close', service, '--as', 'Ana', '--reason', 'the drill is over');
  const told = await untilTold(drill, tellers, from);
  const report = spans.parse(JSON.parse(await drill.sluice('incident', 'report', service, '--json')));
  const lacking = Object.entries(told).flatMap(([type, ms]) => (ms === null ? [type] : []));
  const open = await openAlerts(drill, tellers);
  const commanders = report.commanders.map(({ by }) => by).join(', ');
  const took = report.spans.map(
    ({ name, seconds }) => `${name} ${seconds === undefined ? 'not known' : `${seconds} s`}`,
  );
  return {
    toldMs: told,
    bounds: [
      bound(
        'an incident was opened, commanded and closed',
        report.standing === 'closed' && commanders !== '',
        `${report.standing}, led by ${commanders || 'nobody'}; ${took.join(', ')}`,
      ),
      bound(
        'the times of the incident are met',
        report.spans.every(({ isMet }) => isMet !== false),
        took.join(', '),
      ),
      bound(
        'people were told',
        lacking.length === 0,
        lacking.length === 0 ? 'of each' : `not of ${lacking.join(', ')}`,
      ),
      bound('no alert of the emergency or the incident stays open', open.length === 0, open.join('; ') || 'none does'),
    ],
  };
}

/** Returns one thing that has to hold. */
export function bound(what: string, holds: boolean, saw: string): Bound {
  return { what, holds, saw };
}

/** From each event of this chapter until its first message arrived; `null` where none did within 30 s. */
async function untilTold(
  { stack, isOver }: Drill,
  tellers: readonly string[],
  from: number,
): Promise<DrillReport['toldMs']> {
  const deadline = performance.now() + arrivedWithinMs;
  for (;;) {
    const events = (await Promise.all(tellers.map((id) => happenedIn(id, from, stack)))).flat();
    const received = messages.parse(await (await fetch(`${stack.aws.inboxUrl}/_inbox/messages`)).json());
    const told = Object.fromEntries(toBeTold.map((type) => [type, toldAfter(type, events, received)]));
    const isWhole = Object.values(told).every((ms) => ms !== null);
    if (isWhole || isOver() || performance.now() > deadline) return told;
    await sleep(500);
  }
}

/** An event, and in whose record it is. */
type Happened = RecordedEvent & { readonly rolloutId: string };

async function happenedIn(rolloutId: string, from: number, { clients }: Drill['stack']): Promise<readonly Happened[]> {
  const events = await clients.store.events(rolloutId, 0);
  return events.flatMap((one) => (Date.parse(one.at) >= from ? [{ ...one, rolloutId }] : []));
}

function toldAfter(type: string, events: readonly Happened[], received: z.output<typeof messages>): number | null {
  const happened = events.findLast(({ event }) => event.type === type);
  const message = received.find(
    ({ key, rollout }) => rollout === happened?.rolloutId && key === `t${String(happened.sequence)}`,
  );
  return happened === undefined || message === undefined ? null : message.at - Date.parse(happened.at);
}

/** Alerts that a pager still shows, of what ended with the emergency or the incident. */
async function openAlerts({ stack, isOver }: Drill, tellers: readonly string[]): Promise<readonly string[]> {
  const deadline = performance.now() + arrivedWithinMs;
  for (;;) {
    const all = alerts.parse(await (await fetch(`${stack.aws.inboxUrl}/_inbox/alerts`)).json());
    const open = all.filter(
      ({ key, status }) =>
        tellers.some((id) => key.includes(id)) && /Emergency|Incident/.test(key) && status !== 'resolved',
    );
    if (open.length === 0 || isOver() || performance.now() > deadline)
      return open.map(({ key, status, summary }) => `${key} (${status}): ${summary}`);
    await sleep(500);
  }
}
