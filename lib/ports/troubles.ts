import type { EmergencyRecord } from './emergencies.ts';
import type { IncidentRecord } from './incidents.ts';

/** What is open of a service besides its rollouts. */
export interface Trouble {
  readonly service: string;
  /** Its incident, where one is open. */
  readonly incident?: IncidentRecord | undefined;
  /** Its emergency, where one goes on. */
  readonly emergency?: EmergencyRecord | undefined;
  /** Why it is not known whether there is one; nobody may take that for quiet. */
  readonly unread?: string | undefined;
}

/** Incidents and emergencies of all services, for lists. */
export interface Troubles {
  /** Returns what is open, by service; each service once. Reads consistently. */
  troubles(): Promise<readonly Trouble[]>;
}
