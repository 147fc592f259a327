import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { createRole, type Statement } from '../../local/emulator/iam-roles.ts';

const region = 'us-east-1';
const account = '000000000000';

/** Settings of an SDK client that signs as a role. */
export type RoleSettings = Awaited<ReturnType<typeof asRole>> & { readonly endpoint: string };

/** A statement that allows something. */
export function allow(
  Action: string | readonly string[],
  Resource: string | readonly string[],
  Condition?: object,
): Statement {
  return { Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
}

let asked = 0;

/**
 * Makes a role with just some rights and asks as that role.
 * @param at where the request goes; by default to the emulator that holds the role
 * @returns the error that it ended in; `undefined` where it was granted
 */
export async function refusal(
  endpoint: string,
  statements: readonly Statement[],
  ask: (settings: RoleSettings) => Promise<unknown>,
  at = endpoint,
): Promise<{ readonly name: string; readonly message: string; readonly role: string } | undefined> {
  const role = `asker-${(asked += 1)}`;
  await createRole(endpoint, role, statements);
  try {
    await ask({ ...(await asRole(endpoint, role)), endpoint: at });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name: error.name, message: error.message, role };
  }
}

/** Settings of an SDK client that signs as a role. */
export async function asRole(endpoint: string, role: string) {
  const sts = new STSClient({ endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/${role}`, RoleSessionName: 'test' }),
  );
  sts.destroy();
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return {
    region,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    maxAttempts: 1,
  };
}
