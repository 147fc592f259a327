import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** Where a smoke run deploys to; `undefined` settings are the SDK's own. */
export interface SmokeTarget {
  readonly name: string;
  readonly region: string;
  readonly environment: Readonly<Record<string, string>>;
}

export type Chosen =
  { readonly outcome: 'run'; readonly target: SmokeTarget } | { readonly outcome: 'skipped'; readonly reason: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** LocalStack, for who has a token for it. */
export function localStackTarget(environment: Environment): Chosen {
  const { LOCALSTACK_AUTH_TOKEN: token, LOCALSTACK_ENDPOINT: endpoint = 'http://127.0.0.1:4566' } = environment;
  if (token === undefined || token === '') {
    return {
      outcome: 'skipped',
      reason: 'LOCALSTACK_AUTH_TOKEN is not set. Set it, run `docker compose up --wait`, then run this again.',
    };
  }
  return {
    outcome: 'run',
    target: {
      name: `LocalStack at ${endpoint}`,
      region: 'us-east-1',
      environment: { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    },
  };
}

/** An account of one's own, named on purpose: nothing is deployed to whatever account happens to be configured. */
export async function accountTarget(environment: Environment, whoAmI = callerAccount): Promise<Chosen> {
  const { SLUICE_SMOKE_ACCOUNT: wanted = '', AWS_REGION: region = environment['AWS_DEFAULT_REGION'] ?? '' } =
    environment;
  const how = 'Set SLUICE_SMOKE_ACCOUNT to the number of an account that you have credentials for, and AWS_REGION.';
  if (wanted === '') return { outcome: 'skipped', reason: `no account was named. ${how}` };
  if (region === '') return { outcome: 'skipped', reason: `no region was named. ${how}` };
  let account: string;
  try {
    account = await whoAmI(region);
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { outcome: 'skipped', reason: `there are no credentials that work (${said}). ${how}` };
  }
  if (account !== wanted) {
    return { outcome: 'skipped', reason: `the credentials are for account ${account}, not for ${wanted}. ${how}` };
  }
  return { outcome: 'run', target: { name: `account ${account} in ${region}`, region, environment: {} } };
}

async function callerAccount(region: string): Promise<string> {
  const { Account: account = '' } = await new STSClient({ region, maxAttempts: 1 }).send(
    new GetCallerIdentityCommand({}),
  );
  return account;
}
