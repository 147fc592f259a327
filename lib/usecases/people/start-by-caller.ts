import type { Calling } from '../../approval/judge-caller.ts';
import { personOfPrincipal } from '../../approval/requester.ts';
import { requesterOfCaller } from '../../approval/requester-of.ts';
import type { Executions } from '../../ports/executions.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { CommandAnswer, StartRequest } from './command-request.ts';

export interface StartNeeds {
  readonly store: Pick<RolloutStore, 'spec'>;
  /** Of the rollout machine. */
  readonly executions: Pick<Executions, 'start'>;
}

/** Starts the rollout machine. Its requester is the principal: the name that they gave is for people to read. */
export async function startByCaller(
  request: StartRequest,
  calling: Calling,
  world: StartNeeds,
): Promise<CommandAnswer> {
  const { service, execution } = request;
  const applied = await world.store.spec(service);
  if (applied === undefined) return { outcome: 'refused', reason: `No spec is applied for service "${service}".` };
  const { caller } = calling;
  const own = caller.standing === 'one' ? personOfPrincipal(applied.spec.approvals, caller.principal) : undefined;
  const by = calling.as ?? own?.name ?? calling.user;
  const asked = requesterOfCaller(caller);
  const input =
    request.command === 'reconcile'
      ? {
          service,
          image: request.image,
          requestedBy: `reconciliation of ${request.image}`.slice(0, 200),
          requester: {
            standing: 'unknown',
            why: 'reconciliation started what was pushed before, and does not know who pushed it',
            identities: asked.identities,
          },
        }
      : {
          service,
          requestedBy: by,
          requester: asked,
          ...(request.image !== undefined && { image: request.image }),
          ...(request.sameImage !== undefined && { sameImage: request.sameImage }),
          ...(request.taskDefinition !== undefined && { taskDefinition: request.taskDefinition }),
          ...(request.reason !== undefined && { reason: request.reason }),
          ...(request.rollback !== undefined && { rollback: request.rollback }),
          ...(request.preset !== undefined && { preset: request.preset }),
          ...(request.drill !== undefined && { drill: request.drill }),
          ...(request.givesUpKept !== undefined && { givesUpKept: request.givesUpKept }),
        };
  const { executionArn, alreadyStarted } = await world.executions.start(execution, input);
  return { outcome: 'done', by, execution: executionArn, joined: alreadyStarted };
}
