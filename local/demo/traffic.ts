import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { type Load, startLoad } from '../load/load.ts';

/** The rollouts end long before; the load must not outlive a demonstration that hangs. */
const longestSeconds = 2400;
const outageShare = 0.3;
const outageMs = 3_000;

/** Constant traffic on the sample, whose dependency can be made to fail for a share of its calls, whatever the version. */
export interface Traffic {
  dependencyFails(share: number): Promise<void>;
  stop(): Promise<void>;
}

export function startTraffic(url: string, requestsPerSecond: number): Traffic {
  const start = (share: number): Load =>
    startLoad({
      url,
      requestsPerSecond,
      maxSeconds: longestSeconds,
      ...(share > 0 ? { headers: { 'x-dependency-failures': String(share) } } : {}),
    });
  let load = start(0);
  return {
    dependencyFails: async (share) => {
      const before = load;
      load = start(share);
      await before.stop();
    },
    stop: async () => {
      await load.stop();
    },
  };
}

/** An outage that begins once green has a fourth of the traffic, and ends by itself: for the follower of a rollout. */
export function outageDuring(traffic: Traffic): (state: RolloutState) => void {
  let begun = false;
  return ({ weight }) => {
    if (begun || weight < 25) return;
    begun = true;
    void traffic
      .dependencyFails(outageShare)
      .then(() => sleep(outageMs))
      .then(() => traffic.dependencyFails(0));
  };
}
