import { describe, expect, jest, test } from '@jest/globals';
import { modelSpec } from '../../model/model-world.ts';
import { FakeCli, webSpec } from '../cli-harness.ts';
import { stackEvent } from '../fake-deployment.ts';

/** A stage that was deployed. */
async function deployed(): Promise<FakeCli> {
  const cli = new FakeCli();
  expect((await cli.run('stack deploy --stage production --region eu-west-1')).code).toBe(0);
  return cli;
}

describe('sluice stack remove', () => {
  test('empties the bucket, removes the stack and says what is kept', async () => {
    const cli = await deployed();

    const { code, out } = await cli.run('stack remove --yes');

    expect({ code, out }).toEqual({
      code: 0,
      out: ['Stack sluice-production is removed. Kept: physical-RolloutTable (AWS::DynamoDB::Table)'],
    });
    expect(cli.deployment.emptied).toEqual(['physical-ServerlessDeploymentBucket']);
  });

  test('says what its nested stacks have kept, such as the archive', async () => {
    const cli = await deployed();
    const [own, names] = await Promise.all([cli.deployment.template(), cli.deployment.resources()]);
    const nested = { ArchiveStack: { Type: 'AWS::CloudFormation::Stack' } };
    cli.deployment.template = () => Promise.resolve({ ...own, Resources: { ...own.Resources, ...nested } });
    cli.deployment.resources = () => Promise.resolve(new Map([...names, ['ArchiveStack', 'arn:nested']]));
    const kept = { status: 'DELETE_SKIPPED', type: 'AWS::S3::Bucket', physicalId: 'archive' };
    cli.deployment.nested.set('arn:nested', [
      stackEvent('1', { ...kept, status: 'DELETE_COMPLETE', physicalId: 'queue' }),
      stackEvent('2', kept),
      stackEvent('3', { ...kept, type: 'AWS::Lambda::Version', physicalId: 'version' }),
    ]);

    const { out } = await cli.run('stack remove --yes');

    expect(out[0]).toMatch(/Kept: physical-RolloutTable \(AWS::DynamoDB::Table\), archive \(AWS::S3::Bucket\)$/);
  });

  test('is refused while a rollout is under way, unless it is told to do it anyway', async () => {
    const cli = await deployed();
    await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
    await cli.open('web-20260301-100000-3f9a1c');

    const refused = await cli.run('stack remove --yes');

    expect(refused.code).toBe(1);
    expect(refused.err.join('\n')).toContain('web: rollout web-20260301-100000-3f9a1c is under way');
    expect(await cli.deployment.describe()).toBeDefined();
    expect((await cli.run('stack remove --yes --anyway')).code).toBe(0);
  });

  /** A service whose former version Sluice keeps in a slot. */
  async function keptIn(slot: 'a' | 'b'): Promise<FakeCli> {
    const cli = await deployed();
    await cli.store.putSpec(modelSpec(), 'ada', '2026-03-01T09:00:00.000Z');
    const retention = { rolloutId: 'web-20260301-100000-3f9a1c', slot, digest: 'sha256:a', keptUntil: '2026-03-08' };
    cli.store.service = () => Promise.resolve({ lockedBy: undefined, retention, hold: undefined });
    return cli;
  }

  test('is refused while a rule gives traffic to a version that Sluice alone keeps, unless it is told to do it anyway', async () => {
    const cli = await keptIn('a');

    const { code, err } = await cli.run('stack remove --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(
      /web: \S+ gives traffic to slot a, whose version only Sluice keeps, until 2026-03-08\. Move that traffic/,
    );
    expect(await cli.deployment.describe()).toBeDefined();
    expect((await cli.run('stack remove --yes --anyway')).code).toBe(0);
  });

  test('is not refused for a kept version that gets no traffic', async () => {
    const cli = await keptIn('b');

    expect((await cli.run('stack remove --yes')).code).toBe(0);
  });

  test('is refused where it is not known whether a kept version gets traffic', async () => {
    const cli = await keptIn('b');
    jest.spyOn(cli.world.router, 'find').mockRejectedValue(new Error('the load balancer does not answer'));

    const { code, err } = await cli.run('stack remove --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('in slot b could not be read (the load balancer does not answer)');
  });

  test('is refused where the record cannot be read', async () => {
    const cli = await deployed();
    cli.store.services = () => Promise.reject(new Error('the table does not answer'));

    const { code, err } = await cli.run('stack remove --yes');

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('could not be read from its table (the table does not answer)');
    expect(await cli.deployment.describe()).toBeDefined();
  });
});
