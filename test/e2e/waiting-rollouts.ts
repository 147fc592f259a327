import { randomUUID } from 'node:crypto';
import type { RolloutStore } from '../../lib/ports/rollout-store.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { type Action, approvalsWith, byCleo, type Cell } from '../approval/identity-cells.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { modelSpec } from '../model/model-world.ts';
import { samples } from '../rollout/sample-events.ts';

/** Rollouts that nothing works on, each in a state in which its action is possible; one that counted is used up. */
export class Rollouts {
  readonly #store: RolloutStore;
  readonly #waiting = new Map<string, string>();

  constructor(store: RolloutStore) {
    this.#store = store;
  }

  async waiting({ action, identity }: Cell): Promise<string> {
    const key = `${action} ${identity}`;
    const there = this.#waiting.get(key);
    if (there !== undefined) return there;
    const service = `m${randomUUID().slice(0, 8)}`;
    const id = `${service}-20260301-110000-abcdef`;
    const spec = modelSpec({ service });
    const opened = openedEvent({
      ...{ service, requestedBy: 'a pipeline', requester: byCleo },
      spec: { ...spec, approvals: approvalsWith(spec.approvals, identity) },
    });
    const at = new Date().toISOString();
    const begun = await this.#store.open(id, opened, at);
    if (begun.outcome !== 'opened') throw new Error(`${service} is busy`);
    await this.#store.append(begun.stored, leadingTo(action), at);
    this.#waiting.set(key, id);
    return id;
  }

  used({ action, identity }: Cell): void {
    this.#waiting.delete(`${action} ${identity}`);
  }

  /** The newest event, as it is kept. */
  async newest(id: string): Promise<string> {
    return JSON.stringify((await this.#store.newestEvents(id, 2)).map(({ event }) => event));
  }
}

function leadingTo(action: Action): readonly RolloutEvent[] {
  const { PreChecksPassed, GreenDeployed, GreenReady, GreenVerified, HeaderRouteOpened, TrafficShifted } = samples;
  if (action === 'approve' || action === 'reject' || action === 'abort') return [PreChecksPassed];
  const baking = [
    samples.ApprovalGranted,
    PreChecksPassed,
    GreenDeployed,
    GreenReady,
    GreenVerified,
    HeaderRouteOpened,
    TrafficShifted,
  ];
  return [PreChecksPassed, ...baking, ...(action === 'resume' ? [samples.RolloutPaused] : [])];
}
