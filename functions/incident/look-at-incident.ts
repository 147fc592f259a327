import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { incidentExecutions } from '../../lib/runtime/world/incident-executions.ts';
import { incidents } from '../../lib/runtime/world/incidents.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { lookAtIncident, lookAtIncidentInput } from '../../lib/usecases/incident/look-at-incident.ts';

/** State `LookAtIncident`: who commands it, which update is due, and who has to be called. */
export const handler = taskHandler(lookAtIncidentInput, (input) =>
  lookAtIncident(input, { incidents, emergencies, store, incidentExecutions, now }),
);
