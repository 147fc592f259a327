import { createRequire } from 'node:module';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { reconcileInput } from '../../lib/usecases/opening/reconcile.ts';
import { losses, releasedResources, rightsIn } from '../upgrade/losses.ts';
import { packageStack, type PackagedStack, type Resource } from './packaged-stack.ts';

/** Bound on every function's zip: a cold start reads it all. */
const largestZip = 300_000;
/** The rollback waits 16 s between its two restorations: what changes traffic or slots must be over by then. */
const longestMutator = 15;
const mutators =
  /^(PinCapacity|ProvisionGreen|SizeGreen|RestoreCapacity|VerifyGreen|OpenHeaderRoute|ShiftTraffic|FinishRollout|RestoreTraffic|ConfirmRestored|StepBack|RestoreStickiness|HealthCheckBlue|RemoveGreen|ScaleDownBlue|RetireBlue|WatchTraffic)$/;

const statements = z.array(
  z.looseObject({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.unknown() }),
);
const role = z.object({
  Policies: z.array(z.object({ PolicyDocument: z.object({ Statement: statements }) })).default([]),
});
const lambda = z.object({ FunctionName: z.unknown(), Timeout: z.number(), Runtime: z.string(), Role: z.unknown() });
const machine = z.object({ DefinitionSubstitutions: z.record(z.string(), z.record(z.string(), z.unknown())) });

/** Regions with the longest names of each partition, and a short one (general reference, "Regions and endpoints"). */
const regions = ['us-east-1', 'ap-northeast-1', 'ap-southeast-7', 'cn-northwest-1', 'us-gov-west-1', 'eusc-de-east-1'];

/** Stages up to this many characters can be deployed everywhere. */
const longestStage = 19;

const plugin: unknown = createRequire(import.meta.url)('../../serverless/name-limits.cjs');
const nameLimits = z
  .custom<{ readonly findings: (resources: PackagedStack['resources'], region: string) => readonly string[] }>(
    (value) => typeof value === 'function',
  )
  .parse(plugin);

let stack: PackagedStack;

beforeAll(async () => {
  stack = await packageStack('production');
}, 1_200_000);

function ofType(type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(stack.resources).filter(([, { Type }]) => Type === type);
}

/** The resources under another stage's name. A role's name loses its last part where it would be too long, as the plugin does it. */
function stageOf(length: number, region: string): PackagedStack['resources'] {
  const stage = 'a'.repeat(length);
  const renamed = new Map(
    Object.entries(stack.resources).map(([id, { Type, Properties }]) => {
      const text = JSON.stringify(Properties).replaceAll('production', stage);
      const isLong = id.replace(/IamRoleLambdaExecution$/, '').length + length + region.length + 20 > 64;
      const fitting = Type === 'AWS::IAM::Role' && isLong ? text.replace(',"lambdaRole"]', ']') : text;
      return [id, { Type, Properties: properties.parse(JSON.parse(fitting)) }] as const;
    }),
  );
  return Object.fromEntries(renamed);
}

const properties = z.record(z.string(), z.unknown());

describe('the names in the packaged stack', () => {
  test.each(regions)('fit in %s for stages of up to 19 characters', (region) => {
    const lengths = Array.from({ length: longestStage }, (_, index) => index + 1);

    expect(lengths.flatMap((length) => nameLimits.findings(stageOf(length, region), region))).toEqual([]);
  });

  test('of a longer stage, or one with capitals, are refused before anything is created', () => {
    expect(nameLimits.findings(stageOf(longestStage + 1, 'ap-northeast-1'), 'ap-northeast-1')).toEqual([
      expect.stringMatching(/^- EvidenceBucket: .* has 64 characters, 63 are possible$/),
    ]);
    expect(nameLimits.findings(stageOf(50, 'us-east-1'), 'us-east-1').length).toBeGreaterThan(48);
    const capital = JSON.stringify(stack.resources).replaceAll('production', 'Production');
    const renamed = z.custom<PackagedStack['resources']>().parse(JSON.parse(capital));
    expect(nameLimits.findings(renamed, 'us-east-1')).toEqual([expect.stringContaining('EvidenceBucket')]);
  });
});

describe('what is kept when the stack is removed', () => {
  test('is not kept by a first deployment that fails, and can be adopted by the next one', () => {
    const kept = Object.entries(stack.resources).filter(
      ([, { Type, DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain') && Type !== 'AWS::Lambda::Version',
    );

    expect(
      kept.map(([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, DeletionPolicy, UpdateReplacePolicy]),
    ).toEqual([
      ['RolloutTable', 'RetainExceptOnCreate', 'Retain'],
      ['EvidenceBucket', 'RetainExceptOnCreate', 'Retain'],
      ['ArchiveBucket', 'RetainExceptOnCreate', 'Retain'],
      ['ArchiveKey', 'RetainExceptOnCreate', 'Retain'],
    ]);
  });
});

describe('the stack over 0.1.0', () => {
  let before: PackagedStack['resources'];

  beforeAll(async () => {
    before = await releasedResources('production');
  });

  test('every resource, name and right that a rollout of 0.1.0 may use is still there', () => {
    expect(Object.keys(before)).toHaveLength(271);
    expect(rightsIn(before).length).toBeGreaterThan(300);
    expect(losses(before, stack.resources)).toEqual([]);
  });

  test('stays in the root stack: CloudFormation moves no resource to another one', () => {
    const root = Object.fromEntries(Object.entries(stack.resources).filter(([id]) => stack.inRoot.has(id)));

    expect(losses(before, root)).toEqual([]);
    expect(stack.inRoot.size).toBeLessThan(300);
  });

  test('a version of a function stays when its code is replaced', () => {
    for (const resources of [before, stack.resources]) {
      const versions = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Version');

      expect(versions.length).toBeGreaterThanOrEqual(48);
      expect(versions.filter(({ DeletionPolicy }) => DeletionPolicy !== 'Retain')).toEqual([]);
    }
  });

  test.each(['ShiftTrafficLambdaFunction', 'DeliveryQueue', 'LinkKey', 'ShiftTrafficIamRoleLambdaExecution'])(
    '%s would be missed',
    (gone) => {
      const changed = Object.fromEntries(Object.entries(stack.resources).filter(([id]) => id !== gone));

      expect(losses(before, changed)).toContain(`${gone} is gone`);
    },
  );

  test('a role with another name or less rights would be noticed', () => {
    const { ShiftTrafficIamRoleLambdaExecution: role } = stack.resources;
    const poor = { Type: 'AWS::IAM::Role', Properties: { ...role?.Properties, RoleName: 'short', Policies: [] } };

    const lost = losses(before, { ...stack.resources, ShiftTrafficIamRoleLambdaExecution: poor });

    expect(lost).toContain('ShiftTrafficIamRoleLambdaExecution has another RoleName');
    expect(lost.filter((one) => one.includes('may not elasticloadbalancing:ModifyRule'))).toHaveLength(2);
  });
});

describe('the packaged stack', () => {
  test('every function is a zip of less than 300 kB', () => {
    const sizes = Object.entries(stack.zipBytes);

    expect(sizes.length).toBeGreaterThanOrEqual(20);
    expect(sizes.filter(([, bytes]) => bytes >= largestZip)).toEqual([]);
  });

  test('what changes traffic or slots lives 15 s at most', () => {
    const long = ofType('AWS::Lambda::Function').filter(
      ([id, { Properties }]) =>
        mutators.test(id.replace('LambdaFunction', '')) && lambda.parse(Properties).Timeout > longestMutator,
    );

    expect(long.map(([id]) => id)).toEqual([]);
    expect(
      ofType('AWS::Lambda::Function').filter(([id]) => mutators.test(id.replace('LambdaFunction', ''))),
    ).toHaveLength(17);
  });

  test('the machines call published versions, so that a new deployment does not change a rollout under way', () => {
    // The topic is told where the table cannot be reached.
    const kinds = [
      'AWS::Lambda::Version',
      'AWS::StepFunctions::StateMachine',
      'AWS::DynamoDB::Table',
      'AWS::SNS::Topic',
    ];
    for (const [, { Properties }] of ofType('AWS::StepFunctions::StateMachine')) {
      const { Partition: _, ...called } = machine.parse(Properties).DefinitionSubstitutions;
      // A machine cannot refer to itself: its own ARN is written out, with the name that it has.
      const { StateMachineName } = Properties;
      const own = `:stateMachine:${String(StateMachineName)}`;
      for (const value of Object.values(called)) {
        if (String(value['Fn::Sub']).endsWith(own)) continue;
        const target = stack.resources[String(value['Ref'])]?.Type;
        expect(kinds).toContain(target);
      }
    }
  });

  test('each machine may invoke every version of the functions that its definition calls, that of 0.1.0 as well', async () => {
    const before = await releasedResources('production');
    for (const name of ['Rollout', 'Rollback', 'Retirement']) {
      const calledIn = (resources: PackagedStack['resources']) =>
        Object.values(machine.parse(resources[`${name}Machine`]?.Properties).DefinitionSubstitutions).flatMap(
          (value) => /^(\w+Lambda)Version/.exec(String(value['Ref']))?.[1] ?? [],
        );
      const { Policies } = role.parse(stack.resources[`${name}MachineRole`]?.Properties);
      const invoked = Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .filter(({ Action }) => Action === 'lambda:InvokeFunction')
        .map(({ Resource: each }) => each);

      const called = new Set([...calledIn(before), ...calledIn(stack.resources)]);
      expect(called.size).toBeGreaterThanOrEqual(5);
      expect(invoked).toHaveLength(1);
      expect(
        invoked
          .flat()
          .map((one) => JSON.stringify(one))
          .sort(),
      ).toEqual([...called].map((one) => JSON.stringify({ 'Fn::Sub': `\${${one}Function.Arn}:*` })).sort());
    }
  });

  test('the machines call the integrations of the partition that they are deployed to', () => {
    const definitions = ofType('AWS::StepFunctions::StateMachine').map(([, { Properties }]) => {
      expect(machine.parse(Properties).DefinitionSubstitutions['Partition']).toEqual({ Ref: 'AWS::Partition' });
      return JSON.stringify(Properties['Definition']);
    });

    expect(definitions.join().match(/"arn:\$\{Partition\}:states:::/g)?.length).toBeGreaterThanOrEqual(50);
    expect(JSON.stringify(stack.resources)).not.toMatch(/arn:aws[:-]/);
  });

  test('every function has a role of its own, and no role may do everything of a service', () => {
    const functions = ofType('AWS::Lambda::Function');
    const roles = functions.map(([, { Properties }]) => JSON.stringify(lambda.parse(Properties).Role));
    const allowed = ofType('AWS::IAM::Role').flatMap(([id, { Properties }]) =>
      role
        .parse(Properties)
        .Policies.flatMap(({ PolicyDocument }) =>
          PolicyDocument.Statement.flatMap(({ Action }) => [Action].flat().map((action) => [id, action] as const)),
        ),
    );

    expect(new Set(roles).size).toBe(functions.length);
    expect(allowed.length).toBeGreaterThan(50);
    expect(allowed.filter(([, action]) => action.includes('*'))).toEqual([]);
  });

  test('what changes traffic is not allowed to the functions that only look', () => {
    const changing = ofType('AWS::IAM::Role')
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes('elasticloadbalancing:Modify'))
      .map(([id]) => id.replace(/IamRoleLambdaExecution$/, ''))
      .sort();

    expect(changing).toEqual([
      'CheckLiveWeights',
      'ConfirmRestored',
      'KeepMaintenance',
      'RestoreStickiness',
      'RestoreTraffic',
      'RollbackMachineRole',
      'ShiftTraffic',
      'StepBack',
      'WatchTraffic',
    ]);
  });

  /** Roles with an action, by the name of their function. */
  function rolesThatMay(action: RegExp): readonly string[] {
    return ofType('AWS::IAM::Role')
      .filter(([, { Properties }]) =>
        role
          .parse(Properties)
          .Policies.some(({ PolicyDocument }) =>
            PolicyDocument.Statement.some(({ Action }) => [Action].flat().some((one) => action.test(one))),
          ),
      )
      .map(([id]) => id.replace(/IamRoleLambdaExecution$/, ''))
      .sort();
  }

  test('one role alone may answer for a task that waits, and it may not decide', () => {
    expect(rolesThatMay(/^states:SendTask|^states:\*$|^\*$/)).toEqual(['ResumeRollout']);
    expect(rolesThatMay(/^kms:GenerateMac$/)).toEqual(['Deliver', 'OpenConsole', 'SignIn']);
    expect(rolesThatMay(/^kms:VerifyMac$/)).toEqual([
      'ActInConsole',
      'OpenConsole',
      'ShowConsole',
      'ShowDecision',
      'TakeDecision',
    ]);
  });

  test.each([
    ['ShowDecision', ['dynamodb:GetItem', 'dynamodb:GetItem', 'dynamodb:Query']],
    ['ShowConsole', ['dynamodb:GetItem', 'dynamodb:Query']],
  ])('%s, which shows pages, cannot write anything', (name, table) => {
    const statement = stack.resources[`${name}IamRoleLambdaExecution`];
    const actions = role
      .parse(statement?.Properties)
      .Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));

    expect(actions.filter((action) => !/^(logs|xray):/.test(action)).sort()).toEqual([
      ...table,
      'ecs:DescribeServiceDeployments',
      'ecs:DescribeServiceRevisions',
      'ecs:DescribeServices',
      'ecs:DescribeTasks',
      'ecs:ListServiceDeployments',
      'ecs:ListTasks',
      'elasticloadbalancing:DescribeTargetHealth',
      'kms:VerifyMac',
    ]);
  });

  test('addresses of pages, which are secret, are in no log and no trace of the API', () => {
    const stages = ofType('AWS::ApiGateway::Stage').map(([, { Properties }]) => JSON.stringify(Properties));
    const deployments = ofType('AWS::ApiGateway::Deployment').map(([, { Properties }]) => JSON.stringify(Properties));

    expect(deployments).toHaveLength(1);
    for (const written of [...stages, ...deployments]) {
      expect(written).not.toMatch(/AccessLog|DataTrace|LoggingLevel|TracingEnabled/);
    }
  });

  /** Properties by which CloudFormation names a resource for its whole account and region. */
  const namingProperty =
    /^(?:Name|(?:Table|StateMachine|Topic|Queue|Function|Role|Alarm|Dashboard|Bucket|LogGroup|Alias|Group)Name)$/;

  test('two stages side by side share no name: each that is given carries the stage', () => {
    const referring = /^AWS::Lambda::(?:Version|Permission|EventSourceMapping|EventInvokeConfig)$/;
    const given = Object.entries(stack.resources).flatMap(([id, { Type, Properties }]) =>
      referring.test(Type)
        ? []
        : Object.entries(Properties).flatMap(([key, value]) =>
            namingProperty.test(key) ? [{ id, Type, name: JSON.stringify(value) }] : [],
          ),
    );
    const named = new Set(given.map(({ Type }) => Type));

    expect([...named]).toEqual(
      expect.arrayContaining([
        'AWS::DynamoDB::Table',
        'AWS::StepFunctions::StateMachine',
        'AWS::Lambda::Function',
        'AWS::Logs::LogGroup',
        'AWS::SNS::Topic',
        'AWS::SQS::Queue',
        'AWS::S3::Bucket',
        'AWS::CloudWatch::Alarm',
        'AWS::CloudWatch::Dashboard',
        'AWS::Scheduler::ScheduleGroup',
        'AWS::ApiGateway::RestApi',
      ]),
    );
    expect(given.filter(({ name }) => !name.includes('production'))).toEqual([]);
    expect(new Set(given.map(({ Type, name }) => `${Type} ${name}`)).size).toBe(given.length);
  });

  test('what is stored is encrypted, logs end some day, and everything carries its tags', () => {
    const without = (type: string, pattern: RegExp) =>
      ofType(type).flatMap(([id, { Properties }]) => (pattern.test(JSON.stringify(Properties)) ? [] : [id]));

    expect(without('AWS::DynamoDB::Table', /"SSEEnabled":true/)).toEqual([]);
    expect(without('AWS::SQS::Queue', /"SqsManagedSseEnabled":true/)).toEqual([]);
    expect(without('AWS::S3::Bucket', /"SSEAlgorithm":/)).toEqual([]);
    expect(without('AWS::Logs::LogGroup', /"RetentionInDays":90/)).toEqual([]);
    expect(without('AWS::Lambda::Function', /"Key":"stage","Value":"production"/)).toEqual([]);
    expect(without('AWS::Lambda::Function', /"TracingConfig":{"Mode":"Active"}/)).toEqual([]);
    expect(without('AWS::StepFunctions::StateMachine', /"TracingConfiguration":{"Enabled":true}/)).toEqual([]);
    expect(ofType('AWS::Logs::LogGroup')).toHaveLength(ofType('AWS::Lambda::Function').length);
  });

  test('the schedule asks Reconcile for what it takes: every service, in earnest', () => {
    const scheduled = z.object({
      ScheduleExpression: z.string(),
      State: z.literal('DISABLED'),
      Targets: z.tuple([z.object({ Input: z.string() })]),
    });
    const [rule, ...others] = ofType('AWS::Events::Rule').filter(([id]) => id.startsWith('Reconcile'));
    const { Targets: targets } = scheduled.parse(rule?.[1].Properties);

    expect(others).toEqual([]);
    expect(reconcileInput.parse(JSON.parse(targets[0].Input))).toEqual({ services: [], dryRun: false });
  });

  test('every alarm calls somebody', () => {
    const alarms = ofType('AWS::CloudWatch::Alarm');

    expect(alarms.length).toBeGreaterThanOrEqual(8);
    expect(alarms.filter(([, { Properties }]) => JSON.stringify(Properties['AlarmActions'] ?? []) === '[]')).toEqual(
      [],
    );
  });

  test('what a function cannot do for an event is kept, and its role may keep it', () => {
    const called = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) =>
      [...JSON.stringify(Properties).matchAll(/"(\w+)LambdaFunction"/g)].map(([, name]) => name),
    );
    const kept = ofType('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => {
      expect(JSON.stringify(Properties)).toContain(
        '"OnFailure":{"Destination":{"Fn::GetAtt":["UndeliveredQueue","Arn"]}}',
      );
      return z.object({ Ref: z.string() }).parse(Properties['FunctionName']).Ref.replace('LambdaFunction', '');
    });

    expect([...new Set([...called, 'ExpireApproval'])].sort()).toEqual(kept.sort());
    for (const name of kept) {
      const may = JSON.stringify(stack.resources[`${name}IamRoleLambdaExecution`]?.Properties);
      expect(may).toContain('UndeliveredQueue');
    }
  });

  test('what a reader of the stream cannot do is kept, and its role may keep it: Lambda refuses the mapping otherwise', () => {
    const mapping = z.object({
      FunctionName: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
      DestinationConfig: z.object({
        OnFailure: z.object({ Destination: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }) }),
      }),
    });
    const mappings = ofType('AWS::Lambda::EventSourceMapping')
      .filter(([, { Properties }]) => JSON.stringify(Properties['EventSourceArn']).includes('StreamArn'))
      .map(([, { Properties }]) => mapping.parse(Properties));

    expect(mappings).toHaveLength(2);
    for (const { FunctionName, DestinationConfig } of mappings) {
      const [queue] = DestinationConfig.OnFailure.Destination['Fn::GetAtt'];
      const name = FunctionName['Fn::GetAtt'][0].replace('LambdaFunction', '');
      const { Policies } = role.parse(stack.resources[`${name}IamRoleLambdaExecution`]?.Properties);
      expect(Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toContainEqual({
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
      });
    }
  });

  test('who writes the actions of rules may do so where they authenticate with Cognito, too', () => {
    expect(rolesThatMay(/^cognito-idp:DescribeUserPoolClient$/)).toEqual(
      rolesThatMay(/^elasticloadbalancing:Modify(?:Rule|Listener)$/),
    );
    expect(rolesThatMay(/^elasticloadbalancing:ModifyRule$/).length).toBeGreaterThan(5);
  });

  test('who keeps the evidence may find the tasks that stopped and where they logged', () => {
    expect(rolesThatMay(/^ecs:ListTasks$/)).toContain('CaptureEvidence');
    expect(rolesThatMay(/^ecs:DescribeTaskDefinition$/)).toContain('CaptureEvidence');
  });

  test('two at most read one stream, as more are throttled', () => {
    const readers = ofType('AWS::Lambda::EventSourceMapping')
      .map(([, { Properties }]) => ({ source: JSON.stringify(Properties['EventSourceArn']), of: Properties }))
      .filter(({ source }) => source.includes('StreamArn'));
    const bySource = Map.groupBy(readers, ({ source }) => source);

    expect(bySource.size).toBeGreaterThan(0);
    expect([...bySource].filter(([, { length }]) => length > 2).map(([source]) => source)).toEqual([]);
    expect(readers.filter(({ of }) => of['DestinationConfig'] === undefined)).toEqual([]);
  });

  test('listens to ECR alone outside the local stage', () => {
    const patterns = ofType('AWS::Events::Rule').map(([, { Properties }]) => Properties['EventPattern']);

    expect(patterns).toContainEqual(
      expect.objectContaining({
        source: ['aws.ecr'],
        'detail-type': ['ECR Image Action', 'ECR Replication Action'],
        detail: { 'action-type': ['PUSH', 'REPLICATE'], result: ['SUCCESS'] },
      }),
    );
    expect(JSON.stringify(patterns)).not.toContain('local.');
  });

  describe('with parameters of what differs between installations', () => {
    const environmentOf = (resources: PackagedStack['resources'], name: string) =>
      resources[`${name}LambdaFunction`]?.Properties['Environment'];
    const secretsOf = (resources: PackagedStack['resources'], name: string) =>
      [...JSON.stringify(resources[`${name}IamRoleLambdaExecution`]).matchAll(/:parameter\/([^"]+)\/\*"/g)].map(
        ([, path]) => path,
      );
    const requests = (resources: PackagedStack['resources']) =>
      Object.values(resources)
        .map(({ Properties }) => Properties['EventPattern'])
        .find((pattern) => JSON.stringify(pattern ?? '').includes('sluice.rollout.requested'));

    test('says by default what it said without them', () => {
      const { resources } = stack;

      expect(requests(resources)).toEqual({
        account: [{ Ref: 'AWS::AccountId' }],
        source: [{ 'anything-but': { prefix: 'sluice' } }],
        'detail-type': ['sluice.rollout.requested'],
      });
      expect(secretsOf(resources, 'AnswerSlack')).toEqual(['sluice/production']);
      expect(environmentOf(resources, 'AnswerSlack')).toMatchObject({
        Variables: { SLACK_SIGNING_SECRET: 'ssm:/sluice/production/slack-signing-secret' },
      });
      expect(JSON.stringify(environmentOf(resources, 'SignIn'))).toContain(
        '"LINKS_URL":{"Fn::Sub":"https://${ApiGatewayRestApi}',
      );
      expect(JSON.stringify(resources['ApiGatewayRestApi'])).toContain('"aws:SourceIp":["0.0.0.0/0","::/0"]');
    });

    test('takes each of them, under the same logical ids', async () => {
      const { resources, inRoot } = await packageStack('production', [], {
        ...{ RequestAccounts: '111122223333,444455556666', RequestSources: 'ci.example', Secrets: 'sluice/team' },
        ...{
          OidcIssuer: 'https://id.example',
          ConsoleGroups: 'ops',
          LinksFrom: '10.0.0.0/8',
          LinksUrl: 'https://s.example',
        },
        ...{ SlackSigningSecret: 'ssm:/sluice/team/slack' },
      });

      expect(requests(resources)).toMatchObject({ account: ['111122223333', '444455556666'], source: ['ci.example'] });
      expect(secretsOf(resources, 'AnswerSlack')).toEqual(['sluice/team']);
      expect(environmentOf(resources, 'AnswerSlack')).toMatchObject({
        Variables: { SLACK_SIGNING_SECRET: 'ssm:/sluice/team/slack' },
      });
      expect(environmentOf(resources, 'SignIn')).toMatchObject({
        Variables: { OIDC_ISSUER: 'https://id.example', CONSOLE_GROUPS: 'ops', LINKS_URL: 'https://s.example' },
      });
      expect(environmentOf(resources, 'ActInConsole')).toMatchObject({ Variables: { LINKS_URL: 'https://s.example' } });
      expect(JSON.stringify(resources['ApiGatewayRestApi'])).toContain('"aws:SourceIp":["10.0.0.0/8"]');
      expect(Object.keys(resources)).toEqual(Object.keys(stack.resources));
      expect(inRoot).toEqual(stack.inRoot);
    });
  });

  test('looks for pushed images by the hour only where that is switched on', () => {
    const [schedule] = ofType('AWS::Events::Rule').filter(
      ([id, { Properties }]) => id.startsWith('Reconcile') && Properties['ScheduleExpression'] !== undefined,
    );

    expect(schedule?.[1].Properties).toMatchObject({ ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' });
  });
});
