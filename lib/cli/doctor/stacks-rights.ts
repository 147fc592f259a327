import { driverOf } from '../../drivers/registry.ts';
import { layoutOf } from '../../drivers/shapes/layout-of.ts';
import { tasksOf } from '../live/tasks-of.ts';
import type { Ask, IamDecision } from './account-facts.ts';
import { asked } from './asking.ts';
import { type Diagnosis, diagnosis, shellWord } from './diagnosis.ts';
import { arnIn, type LookedSpec, type Patient } from './patient.ts';

/** A role of the stack, by its logical id, with what a service needs of it. */
interface Needed {
  readonly role: string;
  readonly asks: readonly Ask[];
}

/** Where a missing right of a role is written down, by the beginning of the action. */
const parameterOf: readonly (readonly [start: string, parameter: string])[] = [
  ['elasticloadbalancing:', 'balancers'],
  ['ecs:', 'clusters'],
  ['iam:', 'taskRoles'],
];

/**
 * Says for each service whether the roles of the stack may do what its rollouts need: shift and restore its rules, update its ECS
 * services, pass the roles of its tasks. Names that the parameters of the stage leave out, a permissions boundary and policies of the
 * organization are found by it.
 */
export async function stacksRights(patient: Patient): Promise<readonly Diagnosis[]> {
  if (patient.stack === undefined) return [];
  const known = { ...patient, account: rolesAskedAhead(patient) };
  const [found, ofHistory] = await Promise.all([
    Promise.all(patient.specs.map((spec) => ofService(spec, known))),
    ofTrail(known),
  ]);
  return [...found.flat(), ...ofHistory];
}

/** Who the stack's roles are is asked once, and while the tasks are looked at: what IAM decides waits for both. */
function rolesAskedAhead({ account, resources }: Patient): Patient['account'] {
  const asking = new Map<string, ReturnType<Patient['account']['roleArn']>>();
  const roleArn = (name: string) => {
    const begun = asking.get(name) ?? account.roleArn(name);
    asking.set(name, begun);
    return begun;
  };
  for (const role of [provisioner, ...movers, reader]) {
    const name = resources.get(role);
    // An error is for the question that needs the role.
    if (name !== undefined) roleArn(name).catch(() => undefined);
  }
  return { ...account, roleArn };
}

const provisioner = 'ProvisionGreenIamRoleLambdaExecution';
const movers = ['ShiftTrafficIamRoleLambdaExecution', 'RestoreTrafficIamRoleLambdaExecution', 'RollbackMachineRole'];
const reader = 'AnalyseGreenIamRoleLambdaExecution';

async function ofService(looked: LookedSpec, patient: Patient): Promise<readonly Diagnosis[]> {
  const { spec } = looked;
  const passed = await asked(
    {
      topic: 'rights',
      what: `Which roles the tasks of ${spec.service} have`,
      rights: [{ action: 'ecs:DescribeTaskDefinition', resource: '*' }],
      principal: patient.caller.principal,
    },
    async () => (await tasksOf(spec, patient.look)).roles,
  );
  const passes = 'answer' in passed ? passed.answer : [];
  const results = await Promise.all(
    neededBy(looked, passes, patient).map((needed) => ofRole(needed, `service ${spec.service}`, patient)),
  );
  const all = [...('unknown' in passed ? [passed.unknown] : []), ...results.flat()];
  if (all.length > 0) return all;
  return [diagnosis('rights', 'well', `The stack's roles may do what rollouts of ${spec.service} need.`)];
}

function neededBy({ spec }: LookedSpec, passes: readonly string[], patient: Patient): readonly Needed[] {
  const layout = layoutOf(spec);
  const services = [...new Set((['a', 'b'] as const).map((slot) => layout.workloadOf(slot).service))];
  const updates = services.map((service) => ({
    action: 'ecs:UpdateService',
    resource: arnIn(patient, 'ecs', `service/${spec.cluster}/${service}`),
  }));
  const passing = passes.map((resource) => ({
    ...{ action: 'iam:PassRole', resource },
    passedTo: 'ecs-tasks.amazonaws.com',
  }));
  const provisions = { role: provisioner, asks: [...updates, ...passing] };
  // Where ECS moves the traffic itself, no role of the stack writes a rule.
  if (driverOf(spec).weightsComeLater) return [provisions];
  const rules = layout.traffic.map((target) =>
    'rule' in target
      ? { action: 'elasticloadbalancing:ModifyRule', resource: target.rule }
      : { action: 'elasticloadbalancing:ModifyListener', resource: target.listener },
  );
  return [provisions, ...movers.map((role) => ({ role, asks: rules }))];
}

async function ofRole({ role, asks }: Needed, what: string, patient: Patient): Promise<readonly Diagnosis[]> {
  const { account, resources, caller } = patient;
  if (asks.length === 0) return [];
  const name = resources.get(role);
  if (name === undefined)
    return [
      diagnosis(
        'rights',
        'unknown',
        `What ${role} may do for ${what} could not be found out: CloudFormation names no such role in the stack.`,
      ),
    ];
  const decided = await asked(
    {
      topic: 'rights',
      what: `Whether ${name} may do what ${what} needs`,
      rights: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'].map((action) => ({ action, resource: '*' })),
      principal: caller.principal,
    },
    async () => {
      const arn = await account.roleArn(name);
      return arn === undefined ? undefined : account.decisions(arn, asks);
    },
  );
  if ('unknown' in decided) return [decided.unknown];
  if (decided.answer === undefined) {
    const says = `Role ${name} of the stack is not there: somebody deleted it.`;
    return [diagnosis('rights', 'missing', says, [deploysAgain(patient)])];
  }
  return decided.answer.filter(({ allowed }) => !allowed).map((refused) => refusal(name, what, refused, patient));
}

function deploysAgain({ stage, region }: Patient): string {
  return `npx serverless deploy --stage ${stage} --region ${region} --force`;
}

function refusal(role: string, what: string, { ask, by }: IamDecision, patient: Patient): Diagnosis {
  const { action, resource } = ask;
  const says = `Role ${role} may not do ${action} on ${resource}, which ${what} needs`;
  const { stage, region, stack } = patient;
  if (by === 'organization')
    return diagnosis(
      'rights',
      'missing',
      `${says}: a policy of the organization refuses it. Whoever runs the organization has to allow it.`,
    );
  if (by === 'boundary') {
    const boundary = stack?.parameters['PermissionsBoundary'] ?? '';
    const shows = `aws iam get-policy --policy-arn ${shellWord(boundary)}`;
    return diagnosis(
      'rights',
      'missing',
      `${says}: the permissions boundary ${boundary} leaves it out. Allow it there.`,
      boundary === '' ? [] : [shows],
    );
  }
  const [, parameter = 'parameters'] = parameterOf.find(([start]) => action.startsWith(start)) ?? [];
  return diagnosis(
    'rights',
    'missing',
    `${says}. Add its name to ${parameter} of stage ${stage} in serverless.yml, then deploy.`,
    [`npx serverless deploy --stage ${stage} --region ${region}`],
  );
}

/** Who changed a rule or a slot is read from CloudTrail by the functions that find the change. */
async function ofTrail(patient: Patient): Promise<readonly Diagnosis[]> {
  const asks = [{ action: 'cloudtrail:LookupEvents', resource: '*' }];
  const found = await ofRole({ role: reader, asks }, 'naming who changed a rule', patient);
  return found.length > 0
    ? found
    : [diagnosis('rights', 'well', "The stack's roles may read CloudTrail's event history.")];
}
