import type { IncidentRecord } from '../../ports/incidents.ts';
import type { Part } from '../../ports/world.ts';
import { contactText, type IncidentLevel, incidentLevels, incidentSettings } from '../../specification/incident.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { tellOnce } from './tell-incident.ts';

/** The levels that page people. */
const paging: ReadonlySet<IncidentLevel> = new Set<IncidentLevel>(['P0', 'P1']);

/** Returns whether one level is worse than another one. */
export function isWorse(one: IncidentLevel, other: IncidentLevel): boolean {
  return incidentLevels.indexOf(one) < incidentLevels.indexOf(other);
}

/** Returns an incident with another level; where it got worse, to one that pages, the record says who raised it and why. */
export function withLevel(
  record: IncidentRecord,
  to: IncidentLevel,
  by: IncidentRecord['opened'],
  reason: string,
): IncidentRecord {
  const { level: from, raised } = record;
  if (to === from) return record;
  if (!isWorse(to, from) || !paging.has(to)) return { ...record, level: to };
  return { ...record, level: to, raised: { ...by, from, to, reason, nth: (raised?.nth ?? 0) + 1 } };
}

/** Pages people because an incident got worse, once; nobody where it is not that bad any more. */
export async function tellRaised(
  record: IncidentRecord,
  spec: Pick<RolloutSpec, 'incident'>,
  world: Part<'store' | 'now'>,
): Promise<void> {
  const { raised, level, number } = record;
  if (raised === undefined || isWorse(raised.to, level)) return;
  const key = `raised-${raised.to}-${String(raised.nth)}`;
  const reason = `${raised.by} raised it from ${raised.from} to ${raised.to}: ${raised.reason}`;
  const contacts = incidentSettings(spec).contacts.map(contactText);
  await tellOnce(record, { type: 'IncidentEscalated', number, key, level: raised.to, reason, contacts }, world);
}
