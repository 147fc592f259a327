import type * as z from 'zod';
import { Refusal } from '../rollout/refusal.ts';
import type { givenRequester, Requester } from '../rollout/requester.ts';
import { parseImageReference } from '../rollout/image-reference.ts';
import type { Caller } from './caller.ts';
import type { Approvals } from '../specification/approvals.ts';
import { ecrRegistryOf } from '../specification/ecr-registry.ts';
import { comparable } from '../specification/identifiers.ts';
import { rolesToApprove } from '../specification/asked-people.ts';

/** The event history may tell a push up to 15 minutes late: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const soughtSeconds = 20 * 60;

/** Texts that name a thing in place of a person: what a trigger writes where it is not told who asks. */
const nameless = /^(?:a person $|a push of |a replication of |an event of |reconciliation of )/;

interface Asked {
  readonly requestedBy: string;
  readonly pushedAt?: string | undefined;
  readonly requester?: z.output<typeof givenRequester> | undefined;
}

/**
 * Returns how far it is known who requests a rollout when it opens. A push is looked up for a while, if it was to the registry of the
 * account and region whose event history can be read.
 * @param repositoryUri where the image lies
 * @param executionArn of the rollout: it names the account and region of the stack
 */
export function requesterOf(asked: Asked, repositoryUri: string, executionArn: string, now: Date): Requester {
  const { requestedBy, pushedAt, requester } = asked;
  if (requester !== undefined) return requester;
  const called = comparable(requestedBy);
  if (called === '') return { standing: 'unknown', why: 'the name in `requestedBy` shows nothing' };
  if (!nameless.test(`${called} `)) return { standing: 'named', identities: [] };
  if (called === 'a person') {
    return { standing: 'unknown', why: 'the execution was started without `requestedBy`, as in the console' };
  }
  if (pushedAt === undefined) return { standing: 'unknown', why: `all that is told is "${requestedBy}"` };
  if (called.startsWith('a replication of ')) {
    return {
      standing: 'unknown',
      why: 'the image came by replication, and only the registry of its source knows who pushed it',
    };
  }
  const elsewhere = otherRegistry(repositoryUri, executionArn);
  if (elsewhere !== undefined)
    return {
      standing: 'unknown',
      why: `the image was pushed to ${elsewhere}, whose event history is not this account's`,
    };
  return { standing: 'sought', until: new Date(now.getTime() + soughtSeconds * 1000).toISOString() };
}

/** The registry of an image, where it is of another account or region than the stack. */
function otherRegistry(repositoryUri: string, executionArn: string): string | undefined {
  const [, , , region = '', account = ''] = executionArn.split(':');
  const registry = ecrRegistryOf(parseImageReference(`${repositoryUri}:latest`)?.registry ?? '');
  if (registry === undefined || (registry.account === account && registry.region === region)) return undefined;
  return `the registry of account ${registry.account} in ${registry.region}`;
}

/**
 * Returns the requester of a rollout that opens; `undefined` where `requestedBy` names them, or no approval depends on it.
 * @throws Refusal where the spec takes no rollout whose requester is not known
 */
export function requesterToOpen(
  asked: Asked & { readonly rollback?: unknown },
  { approvals, service }: { readonly approvals: Approvals; readonly service: string },
  repositoryUri: string,
  executionArn: string,
  now: Date,
): Requester | undefined {
  const requester = requesterOf(asked, repositoryUri, executionArn, now);
  // Where no approval is needed, and where a text says it all, the record stays as small as it was; a principal that AWS verified stays.
  const isVerified = asked.requester?.identities?.some((identity) => identity.startsWith('arn:')) === true;
  if (asked.rollback !== undefined || rolesToApprove(approvals).length === 0) {
    return isVerified ? asked.requester : undefined;
  }
  if (requester.standing === 'named' && requester.identities.length === 0) return undefined;
  if (approvals.unknownRequester === 'refuse' && requester.standing === 'unknown') {
    throw new Refusal(
      `It is not known who requests this rollout: ${requester.why}. The spec of ${service} takes none like that (approvals.unknownRequester: refuse). Start it with its requester: sluice start ${service} --image <tag>, or CI's event, see docs/triggers.md.`,
    );
  }
  return requester;
}

type GivenRequester = z.output<typeof givenRequester>;

/** Returns how far a caller of the command line is known, as AWS verified it: the name that they gave proves nothing. */
export function requesterOfCaller({ principal, standing, why }: Caller): GivenRequester {
  const identities = [principal];
  return standing === 'one' ? { standing: 'named', identities } : { standing: 'unknown', why, identities };
}

/** As many as a request takes. */
const mostIdentities = 10;

/** Returns what another attempt is told of the requester, and of the caller who wants it: both requested it. */
export function requesterOfRetry(requester: Requester | undefined, caller: Caller): GivenRequester {
  const own = requesterOfCaller(caller);
  const before: GivenRequester =
    requester === undefined ? { standing: 'named', identities: [] } : requesterAgain(requester);
  const known = new Set([...(own.identities ?? []), ...(before.identities ?? [])]);
  const identities = [...known].slice(0, mostIdentities);
  const unknown = [before, own].find((one) => one.standing === 'unknown');
  return unknown === undefined ? { standing: 'named', identities } : { ...unknown, identities };
}

/** Returns what another attempt is told of the requester: what was found out once holds, and what was still sought is not known. */
export function requesterAgain(requester: Requester): Exclude<Requester, { standing: 'sought' }> {
  if (requester.standing !== 'sought') return requester;
  return { standing: 'unknown', why: 'the first attempt ended before it was found out' };
}
