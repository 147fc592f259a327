import { type Calling, factsOfCaller } from '../../approval/judge-caller.ts';
import { requesterOfCaller } from '../../approval/requester-of.ts';
import type { Executions } from '../../ports/executions.ts';
import { deciderOf } from '../../rollout/decider.ts';
import type { CommandAnswer, ReleaseCommand } from './command-request.ts';

/** Of the release machine. */
export interface ReleaseNeeds {
  readonly releaseExecutions: Pick<Executions, 'start'>;
}

/**
 * Has the release machine open a release, or turn one. The requester of all its rollouts is the principal; who turns it stands in its
 * record with the principal.
 */
export async function commandRelease(
  request: ReleaseCommand,
  { as, user, caller }: Calling,
  { releaseExecutions }: ReleaseNeeds,
): Promise<CommandAnswer> {
  const by = as ?? user;
  const { releaseId } = request;
  const [name, input] =
    request.command === 'startRelease'
      ? [
          releaseId,
          {
            release: request.release,
            requestedBy: by,
            requester: requesterOfCaller(caller),
            ...(request.images !== undefined && { images: request.images }),
            ...(request.reason !== undefined && { reason: request.reason }),
          },
        ]
      : [
          request.execution,
          {
            releaseId,
            told: {
              direction: directions[request.command],
              by: deciderOf(by, 'command', factsOfCaller(caller)),
              reason: request.reason,
            },
          },
        ];
  const { executionArn, alreadyStarted } = await releaseExecutions.start(name, input);
  return { outcome: 'done', by, execution: executionArn, joined: alreadyStarted };
}

const directions = { abortRelease: 'abort', rollBackRelease: 'rollBackAll' } as const;
