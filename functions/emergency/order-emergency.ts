import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { emergencyExecutions } from '../../lib/runtime/world/emergency-executions.ts';
import { incidentExecutions } from '../../lib/runtime/world/incident-executions.ts';
import { incidents } from '../../lib/runtime/world/incidents.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { orderEmergencyInput, takeOrder } from '../../lib/usecases/emergency/take-order.ts';

/**
 * Trigger: a person begins or ends an emergency, or leads an incident; a rollback cannot give users a side that serves, or an execution was
 * lost.
 */
export const handler = taskHandler(orderEmergencyInput, (input) =>
  takeOrder(input, { emergencies, incidents, store, emergencyExecutions, incidentExecutions, now }),
);
