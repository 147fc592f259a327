import path from 'node:path';
import * as z from 'zod';
import { projectRoot } from '../stack/project-root.ts';
import { requestsOf } from './command-requests.ts';
import { evaluate, type Verdict } from './evaluate.ts';
import { policyOf, requestsOfServices } from './grants.ts';
import { commandsOf } from './interpreter.ts';
import { commandsOfMachine } from './machine-commands.ts';
import { Sources } from './sources.ts';
import { deployed, region, type Resource, roleArn } from './template.ts';
import { type Command, fieldsOf, textsOf } from './values.ts';
import { assertKnown, ofType, type OfRole, requestsOfWiring } from './wiring.ts';

const lambda = z.object({
  Handler: z.string(),
  Role: z.string(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});
const machine = z.object({ RoleArn: z.string() });
const role = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(z.unknown()) }) })).default([]),
});

/** Calls at the top of these files build the adapters of the functions. */
const separates = (file: string) => file.includes('/lib/runtime/world/');
const sources = new Sources();
/** Of files with what stands in their environment: following them takes most of the time. */
const followed = new Map<string, readonly Command[]>();

function commandsIn(file: string, environment: Readonly<Record<string, string>>): readonly Command[] {
  const key = JSON.stringify([file, environment]);
  const known = followed.get(key);
  if (known !== undefined) return known;
  const found = commandsOf(sources, file, { environment, separates });
  followed.set(key, found);
  return found;
}

/** Every request that the functions, machines and settings of a packaged template can make, by the role that makes it. */
export function requestsIn(template: unknown): {
  readonly resources: readonly Resource[];
  readonly requests: readonly OfRole[];
  readonly scheduled: ReadonlySet<string>;
} {
  const resources = deployed(template);
  assertKnown(resources);
  const ofFunctions = ofType(resources, 'AWS::Lambda::Function').flatMap(({ properties }) => {
    const { Handler, Role, Environment } = lambda.parse(properties);
    const file = path.join(projectRoot, `${Handler.replace(/\.handler$/, '')}.ts`);
    const environment = { ...Environment.Variables, AWS_REGION: region };
    const commands = commandsIn(file, environment);
    // Specs are refused whose credentials for a server of metrics are elsewhere.
    const folder = commands.some(({ client }) => client === '@smithy/signature-v4') ? 'prometheus/' : '';
    return commands.map((command) => ({ role: Role, command, folder }));
  });
  const ofMachines = ofType(resources, 'AWS::StepFunctions::StateMachine').flatMap((one) =>
    commandsOfMachine(one).map((command) => ({ role: machine.parse(one.properties).RoleArn, command, folder: '' })),
  );
  const ofSchedules = ofFunctions.flatMap(({ command }) => requestsOfSchedule(command));
  return {
    resources,
    requests: [
      ...[...ofFunctions, ...ofMachines].flatMap((one) =>
        requestsOf(one.command).map((each) => ({
          role: one.role,
          request: {
            ...each,
            resource: each.resource.replace('sluice/production/secret', `sluice/production/${one.folder}secret`),
          },
        })),
      ),
      ...ofSchedules,
      ...requestsOfWiring(resources),
    ],
    scheduled: new Set(ofSchedules.map((one) => one.role)),
  };
}

/** What a schedule does when its time has come, by the role that it was given. */
function requestsOfSchedule({ operation, input, place }: Command): readonly OfRole[] {
  if (operation !== 'CreateSchedule' && operation !== 'UpdateSchedule') return [];
  const target = fieldsOf(input, 'Target');
  const texts = (...keys: readonly string[]) => textsOf(keys.reduce((held, key) => fieldsOf(held, key), target));
  return texts('RoleArn').flatMap((each) => [
    ...texts('Arn').map((resource) => ({
      role: each,
      request: {
        action: resource.includes(':states:') ? 'states:StartExecution' : 'lambda:InvokeFunction',
        resource,
        by: place,
      },
    })),
    ...texts('DeadLetterConfig', 'Arn').map((resource) => ({
      role: each,
      request: { action: 'sqs:SendMessage', resource, by: place },
    })),
  ]);
}

/** What the policies of a packaged template do not allow of all that its parts do, and what each right is needed for. */
export async function checkRights(template: unknown): Promise<Verdict> {
  const { resources, requests, scheduled } = requestsIn(template);
  const byId = new Map(resources.map((one) => [one.id, one]));
  const services = requestsOfServices(resources, scheduled).map((asked) => ({
    ...asked,
    documents: asked.policies.flatMap((id) => byId.get(id) ?? []).map(policyOf),
  }));
  const unique = new Map(
    requests.map(({ role: of, request: one }) => [
      JSON.stringify([of, one.action, one.resource, one.context]),
      { ...one, role: of },
    ]),
  );
  return evaluate({ roles: statementsOf(resources), requests: [...unique.values()], services });
}

/** The statements of each role of a template, by the role's ARN. */
export function statementsOf(resources: readonly Resource[]): Readonly<Record<string, readonly unknown[]>> {
  const roles = ofType(resources, 'AWS::IAM::Role').map((one): [string, readonly unknown[]] => [
    roleArn(one),
    role.parse(one.properties).Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  ]);
  return Object.fromEntries(roles);
}
