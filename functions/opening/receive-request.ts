import { setting } from '../../lib/platform/environment.ts';
import { commandHandler, commandsOrEvents } from '../../lib/runtime/command-handler.ts';
import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { keepMaintenance } from '../../lib/runtime/world/keep-maintenance.ts';
import { orderEmergency } from '../../lib/runtime/world/order-emergency.ts';
import { orderIncident } from '../../lib/runtime/world/order-incident.ts';
import { releaseExecutions } from '../../lib/runtime/world/release-executions.ts';
import { roles } from '../../lib/runtime/world/roles.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { receiveRequest, receiveRequestInput } from '../../lib/usecases/opening/receive-request.ts';
import { takeCommand, takeCommandNeeds } from '../../lib/usecases/people/take-command.ts';

const needs = takeCommandNeeds({
  ...{ store, executions, rollbacks, releaseExecutions },
  ...{ roles, keepMaintenance, orderEmergency, orderIncident, now },
});

const commands = commandHandler(setting('STAGE'), (request, principal) => takeCommand(request, principal, needs));
const events = taskHandler(receiveRequestInput, (input) => receiveRequest(input, { store, executions }));

/** Trigger: CI asks for a rollout by an event, or a person sends a command to the stack's API. */
export const handler = commandsOrEvents(commands, events);
