import { sessionOf } from '../../approval/caller.ts';
import type { Ask } from './account-facts.ts';
import { asked, grantsOf } from './asking.ts';
import { type Diagnosis, diagnosis } from './diagnosis.ts';
import { arnIn, type Patient } from './patient.ts';

type Place = Pick<Patient, 'region' | 'caller' | 'stage' | 'stack' | 'resources'>;

/** A job of a person or a pipeline, by the heading of docs/iam.md that has its policy, and what it asks of IAM. */
interface Job {
  readonly may: string;
  /** What it asks; `undefined` where the id of the stage's API is needed and not known. */
  readonly asks: (place: Place) => readonly Ask[] | undefined;
}

const jobs: readonly Job[] = [
  {
    may: 'Watch',
    asks: (place) => [
      { action: 'dynamodb:GetItem', resource: arnIn(place, 'dynamodb', `table/sluice-${place.stage}`) },
      { action: 'dynamodb:Query', resource: arnIn(place, 'dynamodb', `table/sluice-${place.stage}`) },
      {
        action: 'states:DescribeExecution',
        resource: arnIn(place, 'states', `execution:sluice-${place.stage}-rollout:any`),
      },
    ],
  },
  {
    may: 'Command, approve, apply',
    asks: (place) => {
      const api = place.resources.get('ApiGatewayRestApi');
      if (api === undefined) return undefined;
      const resource = arnIn(place, 'execute-api', `${api}/${place.stage}/POST/commands`);
      const reading = place.stack && { action: 'cloudformation:DescribeStacks', resource: place.stack.id };
      return [{ action: 'execute-api:Invoke', resource }, ...(reading === undefined ? [] : [reading])];
    },
  },
  {
    may: 'Stop without the API',
    asks: (place) => [
      { action: 'states:ListStateMachines', resource: '*' },
      {
        action: 'states:StartExecution',
        resource: arnIn(place, 'states', `stateMachine:sluice-${place.stage}-rollback`),
      },
    ],
  },
];

/** The user or role whose policies count for a caller. */
async function policyHolder({ account, caller }: Patient): Promise<string> {
  const session = sessionOf(caller.principal);
  if (session === undefined) return caller.principal;
  const role = await account.roleArn(session.role);
  if (role === undefined) throw new Error(`IAM knows no role ${session.role} in this account.`);
  return role;
}

/** Says which jobs of docs/iam.md the caller may do; a job that they may not do is a doubt, as nobody needs all of them. */
export async function callersRights(patient: Patient): Promise<readonly Diagnosis[]> {
  const { account, caller } = patient;
  const { principal } = caller;
  const simulating = {
    topic: 'rights' as const,
    what: 'What the caller may do',
    rights: [
      { action: 'iam:SimulatePrincipalPolicy', resource: '*' },
      ...(sessionOf(principal) === undefined ? [] : [{ action: 'iam:GetRole', resource: '*' }]),
    ],
    principal,
  };
  const holder = await asked(simulating, () => policyHolder(patient));
  if ('unknown' in holder) return [holder.unknown];
  return Promise.all(
    jobs.map(async ({ may, asks }) => {
      const asking = asks(patient);
      if (asking === undefined) return diagnosis('rights', 'unknown', withoutApi(may, patient));
      const decided = await asked(simulating, () => account.decisions(holder.answer, asking));
      if ('unknown' in decided) return decided.unknown;
      const refused = decided.answer.filter(({ allowed }) => !allowed).map(({ ask }) => ask);
      if (refused.length === 0) return diagnosis('rights', 'well', `The caller has the job "${may}" of docs/iam.md.`);
      const lacking = refused.map(({ action, resource }) => `${action} on ${resource}`).join(', ');
      const says = `The caller lacks what the job "${may}" of docs/iam.md needs: ${lacking}.`;
      return diagnosis('rights', 'doubtful', says, grantsOf(principal, refused));
    }),
  );
}

function withoutApi(may: string, { stage, region, stack }: Patient): string {
  const next =
    stack === undefined
      ? `Deploy the stage, then ask again: sluice doctor --stage ${stage} --region ${region}`
      : 'Ask again with the right to read the resources of the stack.';
  return `Whether the caller has the job "${may}" of docs/iam.md could not be found out: the id of the API of stage ${stage} is not known. ${next}`;
}
