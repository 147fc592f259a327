import { type Caller, callerOfRole, callerWithoutRole, sessionOf } from '../../approval/caller.ts';
import type { Roles } from '../../ports/roles.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** Returns who a principal is. IAM is asked about a session's role, as its trust policy says who chooses the name of the session. */
export async function identifyCaller(principal: string, roles: Roles): Promise<Caller> {
  const session = sessionOf(principal);
  if (session === undefined) return callerWithoutRole(principal);
  try {
    const role = await roles.read(session.role);
    if (role !== undefined) return callerOfRole(principal, role);
    return { principal, standing: 'shared', why: `this account has no role ${session.role}` };
  } catch (error) {
    const saw = messageOf(error).slice(0, 300);
    return { principal, standing: 'unread', why: `IAM did not say who may take on role ${session.role}: ${saw}` };
  }
}

/** Returns a caller as far as their principal says, for what stops a rollout: that must not wait for IAM. */
export function callerAsIs(principal: string): Caller {
  if (sessionOf(principal) === undefined) return callerWithoutRole(principal);
  return { principal, standing: 'unread', why: 'what stops a rollout does not ask IAM' };
}
