import { type EmergencyRecord, emergencyId } from '../../ports/emergencies.ts';
import { incidentSettings } from '../../specification/incident.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { openIncident, type OpenNeeds } from '../incident/open-incident.ts';

/**
 * Opens the incident of an emergency where the spec wants one; its cause is the emergency, so that it is opened once. An emergency goes on
 * whatever comes of it: what fails is tried again at the next evaluation, and stands in the status.
 */
export async function openIncidentOf(
  service: string,
  record: EmergencyRecord,
  spec: RolloutSpec,
  world: OpenNeeds,
): Promise<EmergencyRecord['incident']> {
  if (record.incident?.number !== undefined || !incidentSettings(spec).isAutomatic) return record.incident;
  const { by, reason } = record;
  const cause = emergencyId(service, record);
  const why = `emergency, declared by ${by}: ${reason}`.slice(0, 600);
  const opening = { wanted: 'open', level: 'P0', cause, quiet: true, reason: why } as const;
  try {
    const opened = await openIncident(service, spec, { opening, doer: { by: 'Sluice' } }, world);
    return opened.outcome === 'done' ? { number: opened.number } : { problem: opened.reason };
  } catch (error) {
    const problem = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { problem: problem.slice(0, 300) };
  }
}
