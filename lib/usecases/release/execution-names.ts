import { createHash } from 'node:crypto';
import type { ReleaseMember } from '../../releases/release-state.ts';

/** Returns the names of a member's executions: each is used once, so that one that is started twice runs once. */
export function executionNames(
  releaseId: string,
  { service, attempt = 0 }: Pick<ReleaseMember, 'service' | 'attempt'>,
): { readonly begin: string; readonly back: string } {
  // A release's id has up to 55 characters and a service's name up to 32, an execution's name up to 80.
  const id = createHash('sha256').update(`${releaseId}/${service}`).digest('hex').slice(0, 16);
  const begin = `rel-${service}-${id}`;
  return { begin, back: `${begin}-back-${attempt + 1}` };
}

/** Returns the name of an execution by its ARN: what may be asked of AWS is executions of one machine, whatever the record says. */
export function executionNameIn(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}
