import type { EmergencyRecord } from '../../ports/emergencies.ts';
import type { IncidentRecord } from '../../ports/incidents.ts';
import { isActive } from '../../rollout/phase.ts';
import { sentence } from '../../specification/text/sentence.ts';
import type { RolloutState } from '../../rollout/state.ts';

/** What is known of a service in an incident. */
export interface IncidentSight {
  readonly service: string;
  readonly emergency: EmergencyRecord | undefined;
  readonly isPageUp: boolean;
  /** Its newest rollout. */
  readonly rollout: RolloutState;
}

/** Who reads an update. */
export const audiences = ['team', 'stakeholders', 'customers'] as const;
export type Audience = (typeof audiences)[number];

/**
 * Returns a draft of a status update for each audience, from the record alone: what happens, what is done, who leads. A person sends one,
 * as it is or in their own words. Texts of people in it are theirs.
 */
export function draftUpdates(record: IncidentRecord, sight: IncidentSight): Readonly<Record<Audience, string>> {
  const { level, reason, since, commander, restoredAt } = record;
  const { service } = sight;
  const lead = commander === undefined ? 'Nobody commands it yet' : `${commander.by} leads`;
  const users = usersText(restoredAt, sight);
  return {
    team: `${level} since ${clock(since)}: ${sentence(reason)} ${users} ${doneText(sight)} ${lead}.`,
    stakeholders: `Since ${clock(since)} ${service} has a problem (${level}). ${users} ${lead}.`,
    customers:
      restoredAt === undefined
        ? `Since ${clock(since)} we have a problem with ${service}. ${sight.isPageUp ? 'You may see a maintenance page.' : 'Some requests may fail.'} We work on it.`
        : `The problem with ${service} that began at ${clock(since)} is over since ${clock(restoredAt)}. We watch it.`,
  };
}

function usersText(restoredAt: string | undefined, { isPageUp }: IncidentSight): string {
  if (restoredAt !== undefined) return `Users are served again since ${clock(restoredAt)}.`;
  return isPageUp ? 'Users get the maintenance page.' : 'Users are hit.';
}

function doneText({ emergency, rollout }: IncidentSight): string {
  if (emergency?.standing === 'wanted')
    return `Emergency ${String(emergency.number)} goes on: ${emergency.waitsFor ?? 'it has just begun'}.`;
  if (!isActive(rollout)) return 'No rollout is under way.';
  return `Rollout ${rollout.rolloutId} is ${rollout.phase}, with ${String(rollout.weight)} % on green.`;
}

/** As people say it: `10:05 UTC`. */
function clock(at: string): string {
  return `${at.slice(11, 16)} UTC`;
}
