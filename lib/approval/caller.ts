import * as z from 'zod';

/** Who made a call, as AWS verified the signature of it. */
export interface Caller {
  /** ARN of the principal: of an IAM user, of a role's session, of the root user. */
  readonly principal: string;
  /**
   * `one`: one human alone can be this principal. `shared`: several may be, as its callers choose the name of their session.
   * `unread`: which of the two could not be found out now.
   */
  readonly standing: 'one' | 'shared' | 'unread';
  /** Why it is not `one`, as the end of a sentence; empty where it is. */
  readonly why: string;
}

/** What IAM says of a role, as far as it matters who can be its session. */
export interface RoleFacts {
  /** Account of the role; absent where it is not known. */
  readonly account?: string | undefined;
  readonly path: string;
  readonly trustPolicy: unknown;
}

/** `arn:aws:sts::123456789012:assumed-role/Deploy/ana`: the path of the role is not in it. */
const ofSession = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{2,64})$/;
const ofUser = /^arn:[a-z-]+:iam::\d{12}:user\/[\w+=,.@/-]+$/;

/** Returns the role and the session name of a session's ARN; `undefined` for any other principal. */
export function sessionOf(
  principal: string,
): { readonly account: string; readonly role: string; readonly session: string } | undefined {
  const [, account = '', role, session] = ofSession.exec(principal) ?? [];
  return role === undefined || session === undefined ? undefined : { account, role, session };
}

/** Returns a caller that is known without IAM: a user is one human, anything but a session of a role may be several. */
export function callerWithoutRole(principal: string): Caller {
  if (ofUser.test(principal)) return { principal, standing: 'one', why: '' };
  return { principal, standing: 'shared', why: `${principal} is neither an IAM user nor a session of a role` };
}

/**
 * IAM Identity Center makes its roles below this path, where no one else can make one, and sets the names of their sessions:
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export const identityCenterPath = '/aws-reserved/sso.amazonaws.com/';

/** Returns who a session of a role is, by what IAM says of the role. */
export function callerOfRole(principal: string, role: RoleFacts): Caller {
  const session = sessionOf(principal);
  if (session === undefined) return callerWithoutRole(principal);
  // A role of another account may have the same name: nothing is known of that one.
  if (role.account !== undefined && role.account !== session.account)
    return { principal, standing: 'shared', why: `role ${session.role} is of another account` };
  const isOfIdentityCenter = session.role.startsWith('AWSReservedSSO_') && role.path.startsWith(identityCenterPath);
  if (isOfIdentityCenter || fixesSessionName(role.trustPolicy)) return { principal, standing: 'one', why: '' };
  return {
    principal,
    standing: 'shared',
    why: `the callers of role ${session.role} choose the names of their sessions`,
  };
}

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: z.unknown().optional(),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMore)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).optional(),
});
const policy = z.looseObject({
  Statement: z.union([statement, z.array(statement)]).transform((value) => (Array.isArray(value) ? value : [value])),
});
type Statement = z.output<typeof statement>;

/**
 * Returns whether each way into a role fixes the name of its session: by `sts:RoleSessionName` equal to the caller's own user name,
 * to a name that one single user may take, or to the subject of an OIDC token; or by SAML, whose identity provider sets the name.
 * All of them have to go by the names of one account or one provider: two may call different people alike.
 * What is not understood fixes nothing.
 */
function fixesSessionName(trustPolicy: unknown): boolean {
  const parsed = policy.safeParse(trustPolicy);
  if (!parsed.success) return false;
  const ways = parsed.data.Statement.filter(({ Effect }) => Effect === 'Allow')
    .filter(({ Action }) => Action === undefined || Action.some(mayAssume))
    .map(namedBy);
  const [first, ...others] = ways;
  if (first === undefined) return false;
  return others.length === 0 || ways.every((way) => way?.by === first.by && way.own);
}

/** Who gives sessions that come in one way their names. */
interface NamedBy {
  /** Account or provider, in which no two people have one name. */
  readonly by: string;
  /** Whether the session has the name that the person has there. */
  readonly own: boolean;
}

const waysIn = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'];

/** Whether an action names a way into a role; `*` and `?` stand for other characters in it, and letter case does not count. */
function mayAssume(action: string): boolean {
  const [start = ''] = action.toLowerCase().split(/[*?]/);
  // With `*` or `?` in it only what cannot be one of them is taken for something else.
  return waysIn.some((way) => (start.length === action.length ? way === start : way.startsWith(start)));
}

/** Returns who names the sessions of a statement; `undefined` where their callers may choose, or more than one names them. */
function namedBy({ Action = [], Principal, Condition = {} }: Statement): NamedBy | undefined {
  if (Principal === undefined || Principal === '*') return undefined;
  const { AWS = [], Federated = [], ...others } = Principal;
  if (Object.keys(others).length > 0) return undefined;
  const isBySaml = Action.length > 0 && Action.every((action) => action.toLowerCase() === 'sts:assumerolewithsaml');
  const names = sessionNames(Condition);
  if (AWS.length === 0) return isBySaml || isSubject(names) ? ofProvider(Federated) : undefined;
  return isBySaml || Federated.length > 0 ? undefined : ofAccount(AWS, names);
}

function isSubject([name = '', ...others]: readonly string[]): boolean {
  return others.length === 0 && /^\$\{[\w./:-]+:sub\}$/.test(name);
}

function ofProvider([provider = '', ...others]: readonly string[]): NamedBy | undefined {
  // Cognito gives a guest another identity at each request.
  return others.length > 0 || !provider.startsWith('arn:') ? undefined : { by: provider, own: true };
}

function ofAccount(callers: readonly string[], [name = '', ...others]: readonly string[]): NamedBy | undefined {
  const accounts = new Set(callers.map((one) => /^(?:arn:[a-z-]+:iam::)?(\d{12})(?::root|:user\/.+)?$/.exec(one)?.[1]));
  const [by] = accounts;
  // Two accounts may each have a user of one name.
  if (others.length > 0 || accounts.size !== 1 || by === undefined) return undefined;
  // IAM fills in the name of the user who calls; a role has none, so that no role can call.
  if (name === '${aws:username}') return { by, own: true };
  const [user = ''] = callers;
  if (callers.length > 1 || !ofUser.test(user) || name === '' || /[$*?]/.test(name)) return undefined;
  return { by, own: name === user.slice(user.lastIndexOf('/') + 1) };
}

/** Names that `StringEquals` takes; any other operator, or one that lets a missing name pass, fixes nothing. */
function sessionNames(
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): readonly string[] {
  const equals = Object.entries(condition['StringEquals'] ?? {});
  return equals.find(([key]) => key.toLowerCase() === 'sts:rolesessionname')?.[1] ?? [];
}
