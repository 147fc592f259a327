import type { Calling } from '../../approval/judge-caller.ts';
import type { EmergencyOrder, OrderedEmergency } from '../../ports/emergency-orders.ts';
import type { IncidentOrder, OrderedIncident } from '../../ports/incident-orders.ts';
import { orderMaintenance, type OrderNeeds } from '../maintenance/order-maintenance.ts';
import type { CommandAnswer, EmergencyRequest, IncidentRequest, MaintenanceRequest } from './command-request.ts';

/** What chapters with a function of their own carry out. */
export interface ChapterOrders {
  readonly keepMaintenance: OrderNeeds['keepMaintenance'];
  /** Has the chapter of emergencies carry out an order, and waits for its answer. */
  readonly orderEmergency: (order: EmergencyOrder) => Promise<OrderedEmergency>;
  /** The same for an order of an incident, which that chapter checks. */
  readonly orderIncident: (order: Unchecked<IncidentOrder>) => Promise<OrderedIncident>;
}

type Unchecked<Order extends { readonly deed: unknown }> = Omit<Order, 'deed'> & { readonly deed: unknown };

/** Puts the maintenance page up, or takes it down. */
export function maintain(request: MaintenanceRequest, calling: Calling, world: OrderNeeds): Promise<CommandAnswer> {
  const { command, service, reason, keep = false, closed = false } = request;
  const wanted = command === 'maintenanceOn' ? 'on' : 'off';
  return orderMaintenance({ wanted, service, reason, keep, closed }, calling, world);
}

/** Begins an emergency, or ends one. */
export function callEmergency(
  { command, service, reason, parts, as }: EmergencyRequest,
  { user, caller }: Calling,
  { orderEmergency }: Pick<ChapterOrders, 'orderEmergency'>,
): Promise<CommandAnswer> {
  const wanted = command === 'emergencyBegin' ? 'begin' : 'end';
  return orderEmergency({ service, wanted, reason, parts, calling: { as, user, caller } });
}

/** Does something to the incident of a service. */
export function lead(
  { service, deed, as }: IncidentRequest,
  { user, caller }: Calling,
  { orderIncident }: Pick<ChapterOrders, 'orderIncident'>,
): Promise<CommandAnswer> {
  return orderIncident({ service, deed, calling: { as, user, caller } });
}
