/** A statement of a policy. */
export interface Statement {
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

const region = 'us-east-1';
const account = '000000000000';

/** A request to IAM as the root user, for which the project has no SDK client. */
async function iam(endpoint: string, request: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/iam/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({ Version: '2010-05-08', ...request }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`IAM refused ${request['Action'] ?? ''}: ${answer}`);
  return answer;
}

/** Where a role is, and who may assume it. */
interface RoleOptions {
  readonly path?: string;
  /** Statements of its trust policy; by default services of AWS and the account's users. */
  readonly trust?: readonly unknown[];
}

const everyoneHere = [
  { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: `arn:aws:iam::${account}:root` } },
  { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
];

/** Makes a role that services of AWS and the account's users may assume. */
export async function createRole(
  endpoint: string,
  name: string,
  statements: readonly unknown[],
  { path = '/', trust = everyoneHere }: RoleOptions = {},
): Promise<void> {
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust });
  await iam(endpoint, { Action: 'CreateRole', RoleName: name, Path: path, AssumeRolePolicyDocument });
  if (statements.length > 0) await putStatements(endpoint, name, statements);
}

/** Makes a user with an inline policy; returns an access key of theirs. */
export async function createUser(
  endpoint: string,
  name: string,
  statements: readonly unknown[],
): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> {
  await iam(endpoint, { Action: 'CreateUser', UserName: name });
  if (statements.length > 0) {
    await iam(endpoint, {
      ...{ Action: 'PutUserPolicy', UserName: name, PolicyName: 'given' },
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
    });
  }
  const made = await iam(endpoint, { Action: 'CreateAccessKey', UserName: name });
  const [, accessKeyId = ''] = /<AccessKeyId>([^<]+)</.exec(made) ?? [];
  const [, secretAccessKey = ''] = /<SecretAccessKey>([^<]+)</.exec(made) ?? [];
  return { accessKeyId, secretAccessKey };
}

/** The inline policies of a role, by name. */
export async function statementsOf(endpoint: string, role: string): Promise<ReadonlyMap<string, readonly unknown[]>> {
  const listed = await iam(endpoint, { Action: 'ListRolePolicies', RoleName: role });
  const names = [...listed.matchAll(/<member>([^<]+)<\/member>/g)].map(([, name = '']) => name);
  const documents = names.map(async (name): Promise<[string, readonly unknown[]]> => {
    const found = await iam(endpoint, { Action: 'GetRolePolicy', RoleName: role, PolicyName: name });
    const [, encoded = ''] = /<PolicyDocument>([^<]+)<\/PolicyDocument>/.exec(found) ?? [];
    const document: unknown = JSON.parse(decodeURIComponent(encoded));
    return [name, [Reflect.get(Object(document), 'Statement')].flat()];
  });
  return new Map(await Promise.all(documents));
}

/** Replaces an inline policy of a role. */
export async function putStatements(
  endpoint: string,
  role: string,
  statements: readonly unknown[],
  policy = 'given',
): Promise<void> {
  await iam(endpoint, {
    ...{ Action: 'PutRolePolicy', RoleName: role, PolicyName: policy },
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  });
}
