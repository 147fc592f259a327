import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetTrailStatusCommand,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  type EvaluationResult,
  GetRoleCommand,
  IAMClient,
  NoSuchEntityException,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { directWrites } from '../platform/cloudtrail-direct-writes.ts';
import type { StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';
import type { AccountFacts, Ask, IamDecision } from './doctor/account-facts.ts';

/** The account of the caller, with the SDK's own chain for credentials, region and endpoints. Calls nothing yet; every call only reads. */
export function connectAccount({ region }: Pick<StackOptions, 'region'>): AccountFacts {
  const settings = { ...clientSettings, ...(region === undefined ? {} : { region }) };
  const sts = new STSClient(settings);
  const iam = new IAMClient(settings);
  const lambda = new LambdaClient(settings);
  const cloudTrail = new CloudTrailClient(settings);
  return {
    region: () => sts.config.region(),
    async caller() {
      const { Account: account = '', Arn: principal = '' } = await sts.send(new GetCallerIdentityCommand({}));
      if (!/^\d{12}$/.test(account) || principal === '') throw new Error('STS named no account and no principal.');
      return { account, principal };
    },
    async concurrency() {
      const { AccountLimit = {} } = await lambda.send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions: most, UnreservedConcurrentExecutions: unreserved } = AccountLimit;
      if (!isCount(most) || !isCount(unreserved)) throw new Error('Lambda named no concurrency.');
      return { most, unreserved };
    },
    roleArn: (name) => roleArn(iam, name),
    decisions: (principal, asks) => Promise.all(asks.map((ask) => decide(iam, principal, ask))),
    directWrites: (asked) => directWrites(cloudTrail, asked),
    trails: () => trails(cloudTrail),
    async readHistory() {
      await cloudTrail.send(new LookupEventsCommand({ MaxResults: 1 }));
    },
  };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}

async function roleArn(iam: IAMClient, RoleName: string): Promise<string | undefined> {
  try {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    if (Role?.Arn === undefined) throw new Error(`IAM named no ARN of role ${RoleName}.`);
    return Role.Arn;
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

/**
 * One question a call: IAM answers for all resources of one together, and for each of them besides:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 */
async function decide(iam: IAMClient, principal: string, ask: Ask): Promise<IamDecision> {
  const { action, resource, passedTo } = ask;
  const { EvaluationResults: results = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      ...{ PolicySourceArn: principal, ActionNames: [action], ResourceArns: [resource] },
      ...(passedTo !== undefined && {
        ContextEntries: [
          { ContextKeyName: 'iam:PassedToService', ContextKeyValues: [passedTo], ContextKeyType: 'string' as const },
        ],
      }),
    }),
  );
  const made = results.flatMap(decisionsIn);
  if (made.length === 0) throw new Error(`IAM made no decision on ${action}.`);
  if (made.every((decision) => decision === 'allowed')) return { ask, allowed: true, by: undefined };
  const lacking = results.flatMap(({ MissingContextValues = [] }) => MissingContextValues);
  if (lacking.length > 0)
    throw new Error(`IAM's decision on ${action} depends on ${lacking.join(', ')}, which only a real call has.`);
  return { ask, allowed: false, by: refusedBy(results) };
}

function decisionsIn({ EvalDecision, ResourceSpecificResults = [] }: EvaluationResult): readonly string[] {
  return [EvalDecision, ...ResourceSpecificResults.map(({ EvalResourceDecision }) => EvalResourceDecision)].map(String);
}

function refusedBy(results: readonly EvaluationResult[]): 'policy' | 'boundary' | 'organization' {
  const saysNo = (asked: (result: EvaluationResult) => boolean | undefined) =>
    results.some((result) => asked(result) === false);
  if (saysNo(({ OrganizationsDecisionDetail: one }) => one?.AllowedByOrganizations)) return 'organization';
  const isBounded = saysNo(({ PermissionsBoundaryDecisionDetail: one }) => one?.AllowedByPermissionsBoundary);
  return isBounded ? 'boundary' : 'policy';
}

/** More trails than a region has (five) are not asked. */
const mostTrails = 20;

async function trails(client: CloudTrailClient) {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  return Promise.all(
    trailList.slice(0, mostTrails).map(async ({ Name: name = '', TrailARN }) => {
      const { IsLogging = false } = await client.send(new GetTrailStatusCommand({ Name: TrailARN ?? name }));
      return { name, isLogging: IsLogging };
    }),
  );
}
