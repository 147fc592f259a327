import { requestsIn, statementsOf } from './check.ts';
import { evaluate } from './evaluate.ts';
import type { IamRequest } from './request.ts';
import { deployed } from './template.ts';

/** Operations that change nothing, by the words that AWS names them with. */
const reads = /:(?:Describe|Get|List|Query|Lookup|BatchGet|VerifyMac|ConditionCheck)/;
/** What belongs to the account, not to a stage: its bus, its traces, identities that send mail. */
const shared = /^(?:xray:|ses:SendEmail$|events:PutEvents$)/;
/** Reading a secret gives it away. */
const givesAway = new Set(['ssm:GetParameter', 'secretsmanager:GetSecretValue']);

export type Call = Pick<IamRequest, 'action' | 'resource'> & { readonly role: string };

/** Names that CloudFormation makes differ between two stacks; `deployed` makes the same of them. */
function renamed(ids: readonly string[]): (resource: string) => string {
  // What comes after the name is an object of a bucket.
  const made = new RegExp(`[:/](?:${ids.join('|')})(?=/|$)`);
  return (resource) => resource.replace(made, (name) => `${name}-of-the-other`);
}

/**
 * Tries every request that changes something, or reads a secret, of one stack by every role of another one.
 * @param to the stack of the stage production
 * @param named another name for that stage
 * @returns how many were tried, and those that the policies allow
 */
export async function callsAcross(
  from: unknown,
  to: unknown,
  named = 'production',
): Promise<{ readonly tried: number; readonly allowed: readonly Call[] }> {
  const roles = statementsOf(deployed(from));
  const { resources, requests: ofOther } = requestsIn(to);
  const other = renamed(resources.map(({ id }) => id.toLowerCase()));
  const asked = new Map(
    ofOther
      .filter(({ request }) => givesAway.has(request.action) || !reads.test(request.action))
      .filter(({ request }) => !shared.test(request.action))
      .map(({ request }) => ({
        ...request,
        resource: other(request.resource).replace(/\b(sluice[-/])production\b/, `$1${named}`),
      }))
      .map((request) => [JSON.stringify([request.action, request.resource, request.context]), request]),
  );
  const requests = Object.keys(roles).flatMap((role) => [...asked.values()].map((request) => ({ ...request, role })));
  const { denied } = await evaluate({
    roles,
    requests: requests.map((each, at) => ({ ...each, by: String(at) })),
    services: [],
    removes: false,
  });
  const refused = new Set(denied.map(({ by }) => by));
  return {
    tried: requests.length,
    allowed: requests
      .filter((_, at) => !refused.has(String(at)))
      .map(({ action, resource, role }) => ({ action, resource, role })),
  };
}
