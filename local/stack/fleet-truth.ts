import * as z from 'zod';

const group = z.object({ requests: z.number(), failed: z.number(), firstFailedAt: z.number().optional() });
const stats = z.object({ requests: z.number(), failed: z.number(), targetGroups: z.record(z.string(), group) });
const changes = z.array(
  z.object({
    at: z.number(),
    kind: z.enum(['rule', 'listener']),
    arn: z.string(),
    weights: z.record(z.string(), z.number()),
  }),
);

export type FleetStats = z.output<typeof stats>;
export type FleetChange = z.output<typeof changes>[number];

/** What the load balancer itself saw and did, by its own clock. */
export function fleetTruth(endpoint: string) {
  const ask = async (method: string, path: string): Promise<unknown> => {
    const response = await fetch(`${endpoint}/_fleet/${path}`, { method });
    if (!response.ok) throw new Error(`the fleet answered ${response.status} to ${path}: ${await response.text()}`);
    return response.json();
  };
  return {
    stats: async (): Promise<FleetStats> => stats.parse(await ask('GET', 'stats')),
    /** Counts from zero from now on. */
    reset: async (): Promise<void> => {
      await ask('POST', 'stats/reset');
    },
    changes: async (): Promise<readonly FleetChange[]> => changes.parse(await ask('GET', 'changes')),
  };
}

export type FleetTruth = ReturnType<typeof fleetTruth>;
