import * as z from 'zod';
import { definitionOf, type EventType, knownDefinitionOf, type RolloutEvent } from './events.ts';
import type { Severity } from './events/define-event.ts';
import { text } from './event-shapes.ts';

/** Something that stays open after it was announced: people hear of it again until it is over or a person takes it. */
export interface Matter {
  /** The event that opened it, and when: together its name. */
  readonly type: EventType;
  readonly at: string;
  readonly severity: Severity;
  /** Who takes care of it; no one is reminded any more. With `via` they said so there, and may take it back there. */
  readonly taken?: { readonly by: string; readonly at: string; readonly via?: 'pagerduty' | undefined } | undefined;
  /** The newest that PagerDuty said of its alert, and when that happened there. */
  readonly heard?: { readonly id: string; readonly at: string } | undefined;
}

/** A matter as it is stored; a newer version may have opened it with an event of its own. */
export const matter = z
  .object({
    type: z.custom<EventType>((type) => typeof type === 'string'),
    at: text,
    severity: z.enum(['info', 'warning', 'critical']),
    taken: z
      .object({ by: text, at: text, via: z.literal('pagerduty').optional() })
      .readonly()
      .optional(),
    heard: z.object({ id: text, at: text }).readonly().optional(),
  })
  .readonly();

/** Returns whether an event of one of these types opened something that is not over. */
export function isOpen(matters: readonly Matter[] | undefined, types: readonly string[]): boolean {
  return matters?.some(({ type }) => types.includes(type)) === true;
}

/** Events with which a person may take something. */
const takers: ReadonlySet<EventType> = new Set<EventType>(['AlertTaken', 'AlertAcknowledged', 'AlertResolved']);

/** Whether an event may end or take what was open before it. */
export function mayEndMatters(type: EventType): boolean {
  const { endsRollout, closes } = definitionOf({ type });
  return takers.has(type) || endsRollout === true || closes !== undefined;
}

/** What is open after one more event. The same matter opens once, however often its event comes. */
export function mattersAfter(open: readonly Matter[], event: RolloutEvent, at: string): readonly Matter[] {
  const { type } = event;
  if (type === 'AlertTaken') return open.map((matter) => take(matter, event.by, at));
  if (type === 'AlertAcknowledged' || type === 'AlertUnacknowledged' || type === 'AlertResolved') {
    return open.map((matter) => (matter.type === event.need ? afterAlert(matter, event, at) : matter));
  }
  const { closes = [], endsRollout, opens, opensAsItIs, ...own } = definitionOf(event);
  const severity = opensAsItIs === true ? own.severityOf(event) : own.severity;
  const left = open.filter((matter) => !closes.includes(matter.type) && (endsRollout !== true || outlivesEnd(matter)));
  const isOpener = opens === true || severity === 'critical';
  if (!isOpener || severity === undefined || left.some((matter) => matter.type === type)) return left;
  return [...left, { type, at, severity }];
}

function outlivesEnd(one: Matter): boolean {
  return knownDefinitionOf(one)?.outlivesEnd === true;
}

/** A rollout that merely runs is nobody's to take. */
function take(matter: Matter, by: string, at: string): Matter {
  return matter.severity === 'info' || matter.taken !== undefined ? matter : { ...matter, taken: { by, at } };
}

type AlertEvent = Extract<RolloutEvent, { type: 'AlertAcknowledged' | 'AlertUnacknowledged' | 'AlertResolved' }>;

/** A matter after what PagerDuty said of its alert. Who took it elsewhere keeps it, and PagerDuty by itself takes nothing. */
function afterAlert(matter: Matter, { type, by, person, heard: id, occurredAt }: AlertEvent, at: string): Matter {
  const heard = { id, at: occurredAt };
  const isThere = matter.taken?.via === 'pagerduty';
  if (type === 'AlertUnacknowledged') return { ...matter, heard, ...(isThere ? { taken: undefined } : {}) };
  if (!person || (matter.taken !== undefined && !isThere)) return { ...matter, heard };
  const how = type === 'AlertResolved' ? 'resolved in PagerDuty' : 'in PagerDuty';
  return { ...matter, heard, taken: { by: `${by} (${how})`, at, via: 'pagerduty' } };
}

/** What somebody could take: open, worse than news, and nobody's yet. */
export function untaken(matters: readonly Matter[]): readonly Matter[] {
  return matters.filter(({ severity, taken }) => severity !== 'info' && taken === undefined);
}
