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
 * What is not understood fixes nothing.
 */
function fixesSessionName(trustPolicy: unknown): boolean {
  const parsed = policy.safeParse(trustPolicy);
  if (!parsed.success) return false;
  const ways = parsed.data.Statement.filter(({ Effect }) => Effect === 'Allow');
  const assuming = ways.filter(({ Action }) => Action === undefined || Action.some(mayAssume));
  return assuming.length > 0 && assuming.every(fixes);
}

const waysIn = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'];

/** Whether an action names a way into a role; `*` and `?` stand for other characters in it, and letter case does not count. */
function mayAssume(action: string): boolean {
  const [start = ''] = action.toLowerCase().split(/[*?]/);
  // With `*` or `?` in it only what cannot be one of them is taken for something else.
  return waysIn.some((way) => (start.length === action.length ? way === start : way.startsWith(start)));
}

function fixes({ Action = [], Principal, Condition = {} }: Statement): boolean {
  if (Principal === undefined || Principal === '*') return false;
  const isBySaml = Action.length > 0 && Action.every((action) => action.toLowerCase() === 'sts:assumerolewithsaml');
  if (isBySaml) return Object.keys(Principal).join() === 'Federated';
  const names = sessionNames(Condition);
  if (names.length !== 1) return false;
  const [name = ''] = names;
  const kinds = Object.keys(Principal).join();
  if (kinds === 'Federated') return /^\$\{[\w./:-]+:sub\}$/.test(name);
  if (kinds !== 'AWS') return false;
  // IAM fills in the name of the user who calls; a role has none, so that no role can call.
  if (name === '${aws:username}') return true;
  const { AWS = [] } = Principal;
  return !/[$*?]/.test(name) && AWS.length === 1 && ofUser.test(AWS[0] ?? '');
}

/** Names that `StringEquals` takes; any other operator, or one that lets a missing name pass, fixes nothing. */
function sessionNames(
  condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): readonly string[] {
  const equals = Object.entries(condition['StringEquals'] ?? {});
  return equals.find(([key]) => key.toLowerCase() === 'sts:rolesessionname')?.[1] ?? [];
}
