import * as z from 'zod';
import { callerFacts, identity } from '../rollout/decider.ts';
import { optionalFlag, optionalText, text, texts } from '../rollout/event-shapes.ts';

/** Maintenance of a service, as a person ordered it last and as far as that has come. */
export const maintenanceRecord = z
  .object({
    wanted: z.enum(['on', 'off']),
    by: text,
    how: identity,
    reason: text,
    ...callerFacts,
    /** When it was ordered, ISO 8601. */
    at: text,
    /** Stays until a person ends it, however healthy the targets are. */
    keep: optionalFlag,
    /** No path stays open, whatever the spec says. */
    closed: optionalFlag,
    /** When it began: the order that put it up. */
    since: optionalText,
    /** `ordered`: rules are being written; `up`: users get the page; `down`: its rules are gone. */
    standing: z.enum(['ordered', 'up', 'down']),
    /** When all of its rules were there. */
    upAt: optionalText,
    /** Since when every target that users would reach is healthy. */
    healthySince: optionalText,
    /** When people were reminded last. */
    remindedAt: optionalText,
    /** Why its rules are not as they should be, while that is so. */
    trouble: optionalText,
    /** Rollouts whose record says that it is on. */
    toldIn: texts.optional(),
    /** Listeners that may have rules of it. */
    listeners: texts,
  })
  .readonly();
export type MaintenanceRecord = z.output<typeof maintenanceRecord>;

export interface StoredMaintenance {
  readonly record: MaintenanceRecord;
  /** Grows with each write, which depends on it. */
  readonly revision: number;
}

export interface Maintenances {
  /** The newest order of a service; `undefined` where there never was one. Reads consistently. */
  maintenance(service: string): Promise<StoredMaintenance | undefined>;
  /**
   * Writes the next state of a service's maintenance; orders are kept for later, too.
   * @param follows the state that has to be there; `undefined` where there is none
   * @throws StaleWrite where another one is there
   */
  putMaintenance(
    service: string,
    record: MaintenanceRecord,
    follows: StoredMaintenance | undefined,
  ): Promise<StoredMaintenance>;
  /** Names of the services whose maintenance is on, or whose rules are not known to be gone. */
  maintained(): Promise<readonly string[]>;
}

/** How the maintenance of one service stands after a call. */
export const keptMaintenance = z.object({
  service: z.string(),
  /** `refused`: there is no room for its rules, and none is left. */
  standing: z.enum(['up', 'down', 'refused']),
  reason: z.string().optional(),
  /** Rules that were removed. */
  removed: z.number(),
});
export type KeptMaintenance = z.output<typeof keptMaintenance>;
