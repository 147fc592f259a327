import * as z from 'zod';

/** A stop by a person: no rollout starts or shifts traffic while it is in force. Rollbacks are never stopped. */
export const stop = z
  .object({
    by: z.string(),
    reason: z.string(),
    /** Since when, ISO 8601. */
    at: z.string(),
    /** ARN of the principal that AWS verified; absent where the caller wrote the stop itself, and in older records. */
    principal: z.string().optional(),
    /** Whether several people may be that principal. */
    shared: z.boolean().optional(),
    /** Until when; without it until a person ends it. */
    until: z.string().optional(),
  })
  .readonly();
export type Stop = z.output<typeof stop>;

/** What is stopped: one service, or all of the stage. */
export interface StopScope {
  readonly service?: string | undefined;
}

/** Begins a sentence about a stop: `Rollouts of web are`. */
export function rolloutsOf({ service }: StopScope): string {
  return service === undefined ? 'All rollouts are' : `Rollouts of ${service} are`;
}

/** Names a scope as the command line does. */
export function scopeName({ service }: StopScope): string {
  return service ?? '--all';
}

/** The stops that count for a service, and why one of them cannot be known. */
export interface KnownStops {
  readonly stops: readonly (Stop & StopScope)[];
  /** A record that is there and cannot be read: nobody knows whether it is in force. */
  readonly unreadable?: string | undefined;
  /** Maintenance of the service that a person ordered and nobody has ended. */
  readonly maintenance?: Pick<Stop, 'by' | 'reason' | 'at'> | undefined;
}

/** Stops of a stage; each that begins or ends is kept for later. */
export interface Stops {
  /** Those of a service and of all, whether they are over or not. Reads consistently. */
  stops(service: string): Promise<KnownStops>;
  /** Puts a stop in force, in place of the one of the same scope. */
  putStop(scope: StopScope, begins: Stop): Promise<void>;
  /** Ends the stop of a scope, whatever is in its record; false where there is none. */
  endStop(scope: StopScope, ends: Omit<Stop, 'until'>): Promise<boolean>;
}

/**
 * Returns the stop that a new one would end sooner; `undefined` where none is in force, or it goes on as long. A record that cannot be
 * read counts as one without an end.
 */
export function shortened(
  { stops, unreadable }: KnownStops,
  { service }: StopScope,
  until: string | undefined,
  now: Date,
): { readonly by?: string; readonly until?: string | undefined } | undefined {
  if (until === undefined) return undefined;
  if (unreadable !== undefined) return {};
  const end = (stop: Pick<Stop, 'until'>) => (stop.until === undefined ? Infinity : Date.parse(stop.until));
  return stops.find((stop) => stop.service === service && end(stop) > Math.max(now.getTime(), Date.parse(until)));
}
