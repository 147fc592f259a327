import { createHash } from 'node:crypto';
import { sessionOf } from '../../approval/caller.ts';
import { explainAwsFailure } from '../aws-failure.ts';
import { type Diagnosis, diagnosis, shellWord, type Topic } from './diagnosis.ts';

/** A right that a question needs. */
export interface NeededRight {
  readonly action: string;
  readonly resource: string;
}

/** A question that may stay without an answer. */
export interface Question {
  readonly topic: Topic;
  /** What it is about, such as `The quotas of Lambda`. */
  readonly what: string;
  readonly rights: readonly NeededRight[];
  /** Who calls, as far as that is known; not waited for unless the question has no answer. */
  readonly principal?: string | undefined | Promise<string | undefined>;
}

export type Answered<Answer> = { readonly answer: Answer } | { readonly unknown: Diagnosis };

/** Returns an answer, or that it could not be found out, with the right that the caller lacks where that is the reason. */
export async function asked<Answer>(question: Question, call: () => Promise<Answer>): Promise<Answered<Answer>> {
  try {
    return { answer: await call() };
  } catch (error) {
    return { unknown: unknown(question, await question.principal, error) };
  }
}

function unknown({ topic, what, rights }: Question, principal: string | undefined, error: unknown): Diagnosis {
  const why = explainAwsFailure(error);
  if (!isDenied(error)) return diagnosis(topic, 'unknown', `${what} could not be found out. ${why}`);
  const lacking = rights.map(({ action }) => action).join(', ');
  return diagnosis(
    topic,
    'unknown',
    `${what} could not be found out: the caller lacks ${lacking}. ${why}`,
    grantsOf(principal, rights),
  );
}

/** Returns whether AWS refused a call for want of a right. */
function isDenied(error: unknown): boolean {
  return (
    error instanceof Error &&
    /^(?:AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError)/.test(error.name)
  );
}

/**
 * Returns the command that gives a principal rights; none for one whose policies are written elsewhere: sessions of IAM Identity Center,
 * federated users, the root user. The policy has a name of its own by what is in it, so that no command writes over what another gave.
 */
export function grantsOf(principal: string | undefined, rights: readonly NeededRight[]): readonly string[] {
  const holder = principal === undefined ? undefined : holderOf(principal);
  const [first] = rights;
  if (holder === undefined || first === undefined) return [];
  const resources = [...new Set(rights.map(({ resource }) => resource))];
  const Statement = resources.map((Resource) => ({
    Effect: 'Allow',
    Action: [...new Set(rights.filter(({ resource }) => resource === Resource).map(({ action }) => action))],
    Resource,
  }));
  const document = JSON.stringify({ Version: '2012-10-17', Statement });
  const hash = createHash('sha256').update(document).digest('hex').slice(0, 8);
  const name = `sluice-${first.action.replace(':', '-').toLowerCase()}-${hash}`;
  return [
    `aws iam put-${holder.kind}-policy --${holder.kind}-name ${shellWord(holder.name)} --policy-name ${name} --policy-document ${shellWord(document)}`,
  ];
}

function holderOf(principal: string): { readonly kind: 'user' | 'role'; readonly name: string } | undefined {
  const [, user] = /^arn:[a-z-]+:iam::\d{12}:user\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/.exec(principal) ?? [];
  if (user !== undefined) return { kind: 'user', name: user };
  const role = sessionOf(principal)?.role;
  return role === undefined || role.startsWith('AWSReservedSSO_') ? undefined : { kind: 'role', name: role };
}
