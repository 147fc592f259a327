import { describe, expect, test } from '@jest/globals';
import { FakeCli } from '../cli-harness.ts';
import { stackEvent } from '../fake-deployment.ts';

const deploy = 'stack deploy --stage production --region eu-west-1';

/** A stage that was deployed. */
async function deployed(): Promise<FakeCli> {
  const cli = new FakeCli();
  expect((await cli.run(deploy)).code).toBe(0);
  return cli;
}

describe('sluice stack deploy', () => {
  test('creates the bucket first, uploads code and template there, then deploys the whole stack', async () => {
    const cli = new FakeCli();

    const { code, out } = await cli.run(deploy);

    expect({ code, out }).toEqual({
      code: 0,
      out: ['Stack sluice-production is deployed: 5 resources changed.'],
    });
    expect(cli.deployment.prepared.map(({ type }) => type)).toEqual(['CREATE', 'UPDATE']);
    const keys = [...cli.deployment.objects.keys()];
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe('physical-ServerlessDeploymentBucket/sluice/functions/Health-000102.zip');
    const { Resources: resources } = await cli.deployment.template();
    expect(resources['HealthLambdaFunction']?.Properties?.['Code']).toEqual({
      S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
      S3Key: 'sluice/functions/Health-000102.zip',
    });
  });

  test('a second time finds nothing to do, and uploads nothing', async () => {
    const cli = await deployed();
    const before = cli.deployment.objects.size;

    expect(await cli.run(deploy)).toEqual({ code: 0, out: ['Stack sluice-production is up to date.'], err: [] });
    expect(cli.deployment.objects.size).toBe(before);
  });

  test('a stage has its name in the ids of the rules, as the framework writes them', async () => {
    const cli = new FakeCli();
    await cli.run('stack deploy --stage dev-2');

    const { Resources: resources } = await cli.deployment.template();

    expect(Object.keys(resources)).toContain('Sluicedev2Healthrule1EventBridgeRule');
    expect(cli.deployment.prepared.at(-1)?.parameters).toEqual({ Stage: 'dev-2', LogLevel: 'INFO' });
  });

  test('puts the code into a bucket that is named', async () => {
    const cli = new FakeCli();
    await cli.run(`${deploy} --bucket ours`);

    const { Resources: resources } = await cli.deployment.template();

    expect([...cli.deployment.objects.keys()].every((key) => key.startsWith('ours/'))).toBe(true);
    expect(resources['HealthLambdaFunction']?.Properties?.['Code']).toMatchObject({ S3Bucket: 'ours' });
  });

  test('a parameter is kept by later deployments, and a new value publishes another version of each function', async () => {
    const cli = await deployed();
    const versions = async () =>
      Object.keys((await cli.deployment.template()).Resources).filter((id) => id.includes('LambdaVersion'));
    const before = await versions();

    await cli.run(`${deploy} --parameter LogLevel=DEBUG`);
    const after = await versions();
    await cli.run(deploy);

    expect((await cli.deployment.describe())?.parameters).toEqual({ Stage: 'production', LogLevel: 'DEBUG' });
    expect(after).not.toEqual(before);
    expect(await versions()).toEqual(after);
  });

  test.each([
    ['--parameter LogLevel=LOUD', 'takes one of: INFO, DEBUG'],
    ['--parameter Loglevel=INFO', 'The stack has no parameter Loglevel. It has: Stage, LogLevel'],
    ['--parameter LogLevel', 'such as Name=value'],
    ['--stage a-stage-of-more-than-19', 'cannot be deployed'],
    ['--stage prod-probe-vpc-1', 'named like the probes of another stage'],
  ])('refuses %s before it changes anything', async (more, says) => {
    const cli = new FakeCli();

    const { code, err } = await cli.run(`${deploy} ${more}`);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain(says);
    expect(cli.deployment.prepared).toEqual([]);
  });

  test.each(['production-eu', 'production-2'])(
    'creates no stage beside %s, whose name begins alike, and changes one that is there',
    async (other) => {
      const cli = new FakeCli();
      cli.deployment.others = [{ name: `sluice-${other}`, description: 'Sluice 1.2.3' }];

      const refused = await cli.run(deploy);
      const prepared = cli.deployment.prepared.length;
      const anyway = await cli.run(`${deploy} --anyway`);
      const again = await cli.run(`${deploy} --parameter LogLevel=DEBUG`);

      expect(refused.code).toBe(1);
      expect(refused.err.join('\n')).toContain(`The names of stage production and of "${other}" begin alike`);
      expect(prepared).toBe(0);
      expect([anyway.code, again.code]).toEqual([0, 0]);
    },
  );

  test('creates a stage beside its probe, a nested stack, and stages whose names do not go on after its own', async () => {
    const cli = new FakeCli();
    cli.deployment.others = [
      { name: 'sluice-production-probe', description: 'The optional probe of Sluice in one VPC: one function' },
      { name: 'sluice-production-ArchiveStack-1A2B3C', description: '' },
      { name: 'sluice-productions', description: 'Sluice' },
      { name: 'shop-production-eu', description: '' },
    ];

    expect((await cli.run(deploy)).code).toBe(0);
  });

  test('creates no stage where other stages cannot be listed', async () => {
    const cli = new FakeCli();
    cli.deployment.stacks = () => Promise.reject(new Error('AccessDenied: no'));

    const { code, err } = await cli.run(deploy);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('Which other stages there are could not be found out (AccessDenied: no)');
    expect(cli.deployment.prepared).toEqual([]);
  });

  test('says what failed, why and what comes next', async () => {
    const cli = await deployed();
    cli.deployment.failsWith = [
      { resource: 'HealthLambdaFunction', reason: 'User: ada is not authorized to perform: lambda:UpdateFunctionCode' },
      { resource: 'Other', reason: 'Resource update cancelled' },
    ];

    const { code, err } = await cli.run(`${deploy} --parameter LogLevel=DEBUG`);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain(
      'HealthLambdaFunction (AWS::Some::Resource): User: ada is not authorized to perform: lambda:UpdateFunctionCode',
    );
    expect(err.join('\n')).toContain('Deploy with a role that may do that.');
    expect(err.join('\n')).not.toContain('cancelled');
  });

  test('says what failed within a nested stack, and nothing of what failed there earlier', async () => {
    const cli = await deployed();
    const arn = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/sluice-production-ArchiveStack-1/2';
    const type = 'AWS::CloudFormation::Stack';
    cli.deployment.failsWith = [
      { resource: 'ArchiveStack', type, physicalId: arn, reason: 'Embedded stack was not successfully updated' },
    ];
    const ofStack = { resource: 'sluice-production-ArchiveStack-1', type, physicalId: arn, ofStack: true };
    cli.deployment.nested.set(arn, [
      stackEvent('1', { ...ofStack, status: 'CREATE_IN_PROGRESS' }),
      stackEvent('2', { resource: 'Old', status: 'UPDATE_FAILED', reason: 'an earlier reason' }),
      stackEvent('3', { ...ofStack, status: 'UPDATE_IN_PROGRESS' }),
      stackEvent('4', { resource: 'ArchiveQueue', status: 'UPDATE_FAILED', reason: 'archive already exists' }),
      stackEvent('5', { resource: 'Other', status: 'UPDATE_FAILED', reason: 'Resource update cancelled' }),
      stackEvent('6', { ...ofStack, status: 'UPDATE_ROLLBACK_IN_PROGRESS' }),
    ]);

    const { code, err } = await cli.run(`${deploy} --parameter LogLevel=DEBUG`);

    expect(code).toBe(1);
    const said = err.slice(err.findIndex((line) => line.includes('could not be changed'))).join('\n');
    expect(said).toContain('- ArchiveQueue (AWS::Some::Resource): archive already exists');
    expect(said).not.toMatch(/earlier|Embedded|cancelled/);
    expect(said).toContain('Remove what has the name');
  });

  test.each([
    ['ROLLBACK_COMPLETE', 'sluice stack remove'],
    ['UPDATE_ROLLBACK_FAILED', 'continue-update-rollback --stack-name sluice-production'],
    ['UPDATE_IN_PROGRESS', 'Wait for its end'],
  ])('refuses a stack that is %s, with the way out', async (status, says) => {
    const cli = new FakeCli();
    cli.deployment.status = status;

    const { code, err } = await cli.run(deploy);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain(says);
  });

  test('adopts the table that an earlier stack has kept', async () => {
    const cli = new FakeCli();
    cli.deployment.leftBehind.add('sluice-production');

    const { code, err } = await cli.run(deploy);

    expect(code).toBe(0);
    expect(err.join('\n')).toContain('Adopting what an earlier stack of this stage has kept: sluice-production');
    expect(cli.deployment.prepared.map(({ type }) => type)).toEqual(['CREATE', 'IMPORT', 'UPDATE']);
  });
});

describe('sluice stack diff', () => {
  test('shows every resource of a stack that is not there, and nothing of one that is as it should be', async () => {
    const cli = new FakeCli();
    const before = await cli.run('stack diff');
    await cli.run(deploy);

    expect(before.out.at(-1)).toBe('5 to add');
    expect(await cli.run('stack diff')).toMatchObject({ code: 0, out: ['No difference.'] });
  });

  test('changes nothing', async () => {
    const cli = await deployed();
    const before = await cli.deployment.template();

    const { out } = await cli.run('stack diff --parameter LogLevel=DEBUG');

    expect(out.at(-1)).toMatch(/to change|to add/);
    expect(await cli.deployment.template()).toEqual(before);
  });
});

describe('sluice stack status', () => {
  test('shows state, version and parameters; without a stack it says how to deploy it', async () => {
    const none = await new FakeCli().run('stack status');
    const cli = await deployed();
    const { code, out } = await cli.run('stack status');

    expect(none).toMatchObject({ code: 1, err: [expect.stringContaining('sluice stack deploy --stage production')] });
    expect({ code, text: out.join('\n') }).toMatchObject({ code: 0, text: expect.stringMatching(/Sluice 1\.2\.3/) });
  });

  test('ends with 1 where the last change failed', async () => {
    const cli = await deployed();
    cli.deployment.status = 'UPDATE_ROLLBACK_COMPLETE';

    expect((await cli.run('stack status')).code).toBe(1);
  });
});
