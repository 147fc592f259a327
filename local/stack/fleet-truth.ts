import * as z from 'zod';
import { type FaultOrder, faultOrder } from '../fleet/control/faults.ts';

const group = z.object({
  requests: z.number(),
  failed: z.number(),
  firstFailedAt: z.number().optional(),
  open: z.number(),
  lastEndedAt: z.number().optional(),
});
const stats = z.object({
  requests: z.number(),
  failed: z.number(),
  lastFailedAt: z.number().optional(),
  targetGroups: z.record(z.string(), group),
});
const changes = z.array(
  z.object({
    /** When it was accepted. */
    at: z.number(),
    /** When each node of the load balancer began to obey it; `null` where one does not yet. */
    nodesAt: z.array(z.number().nullable()),
    kind: z.enum(['rule', 'listener']),
    change: z.enum(['created', 'modified', 'deleted']),
    arn: z.string(),
    weights: z.record(z.string(), z.number()),
  }),
);

export type FleetStats = z.output<typeof stats>;
export type FleetChange = z.output<typeof changes>[number];

/** What the load balancer itself saw and did, by its own clock. */
export function fleetTruth(endpoint: string) {
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${endpoint}/_fleet/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the fleet answered ${response.status} to ${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    stats: async (): Promise<FleetStats> => stats.parse(await ask('GET', 'stats')),
    /** Counts from zero from now on. */
    reset: async (): Promise<void> => {
      await ask('POST', 'stats/reset');
    },
    /** Orders the fleet to do something wrong. */
    misbehave: async (order: FaultOrder): Promise<void> => {
      await ask('POST', 'misbehave', order);
    },
    /** What it still does wrong. */
    faults: async (): Promise<readonly FaultOrder[]> => z.array(faultOrder).parse(await ask('GET', 'misbehave')),
    /** From now on it does everything right. */
    behave: async (): Promise<void> => {
      await ask('DELETE', 'misbehave');
    },
    changes: async (): Promise<readonly FleetChange[]> => changes.parse(await ask('GET', 'changes')),
  };
}

export type FleetTruth = ReturnType<typeof fleetTruth>;
