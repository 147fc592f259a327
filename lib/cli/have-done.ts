import type { CommandAnswer, CommandRequest } from '../usecases/people/command-request.ts';
import { answered } from './rollback/answered.ts';
import { ApiAway, CliFailure, type CliContext, type Stack } from './cli-context.ts';

/** What the stack answered to a command that it did. */
export type Done = Extract<CommandAnswer, { outcome: 'done' }>;

/**
 * Has the stack do a command.
 * @throws CliFailure where it refuses, or its API does not take the command
 */
export async function haveDone(request: CommandRequest, stack: Pick<Stack, 'command'>): Promise<Done> {
  const answer = await stack.command(request);
  if (answer.outcome === 'done') return answer;
  throw new CliFailure(answer.reason);
}

/**
 * Has the stack do what stops a rollout; where its API does not take that, it is done with the caller's own rights, and that is said.
 * @param directly does it without the API
 */
export async function haveStopped<Directly>(
  request: CommandRequest,
  stack: Pick<Stack, 'command'>,
  { err }: Pick<CliContext, 'err'>,
  directly: () => Promise<Directly>,
): Promise<Done | Directly> {
  try {
    return await answered(haveDone(request, stack));
  } catch (error) {
    const isAway = error instanceof ApiAway || (error instanceof Error && error.name === 'TimeoutError');
    if (!isAway) throw error;
    err(`${error.message} It is done with your own rights instead, and the record says so.`);
    return directly();
  }
}

/** Returns the ARN of the execution that the stack started. */
export function startedArn({ execution }: Pick<Done, 'execution'>): string {
  if (execution !== undefined) return execution;
  throw new CliFailure('The stack started it and named no execution. Look for it in the AWS console.');
}
