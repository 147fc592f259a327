import { describe, expect, test } from '@jest/globals';
import { deployStack } from '../../../lib/cli/stack/deploy-stack.ts';
import { stackTemplate, type PackagedStack } from '../../../lib/cli/stack/stack-template.ts';
import { FakeDeployment, samplePackage } from '../fake-deployment.ts';

const setting = (ResourcePath: string, HttpMethod: string) => {
  return { ResourcePath, HttpMethod, ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 };
};

/** The sample with an API of two routes, one of them its root. */
function withApi(): PackagedStack {
  const packaged = samplePackage();
  const StageDescription = { MethodSettings: [setting('/', 'GET'), setting('/~1decide~1{token}', 'POST')] };
  const Resources = {
    ...packaged.template.Resources,
    ApiGatewayRestApi: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
    ApiGatewayDeployment1: { Type: 'AWS::ApiGateway::Deployment', Properties: { StageDescription } },
  };
  return { ...packaged, template: stackTemplate.parse({ ...packaged.template, Resources }) };
}

const request = { stage: 'production', bucket: undefined, parameters: {} };
const context = { now: () => new Date(0), sleep: () => Promise.resolve(), err: () => undefined };

describe('the limits of routes', () => {
  test('are set after every deployment, also where the stack itself is up to date', async () => {
    const deployment = new FakeDeployment();
    const limits = [
      { op: 'replace', path: '/~1/GET/throttling/rateLimit', value: '50' },
      { op: 'replace', path: '/~1/GET/throttling/burstLimit', value: '100' },
      { op: 'replace', path: '/~1decide~1{token}/POST/throttling/rateLimit', value: '50' },
      { op: 'replace', path: '/~1decide~1{token}/POST/throttling/burstLimit', value: '100' },
    ];

    await deployStack(withApi(), request, deployment, context);
    const first = Object.fromEntries(deployment.patched);
    deployment.patched.clear();
    const changes = await deployStack(withApi(), request, deployment, context);

    expect(first).toEqual({ 'physical-ApiGatewayRestApi': limits });
    expect(changes).toEqual([]);
    expect(Object.fromEntries(deployment.patched)).toEqual(first);
  });

  test('that cannot be set fail the deployment, which says what is there and which right is missing', async () => {
    const deployment = new FakeDeployment();
    deployment.refusesPatches = Object.assign(new Error('not authorised'), { name: 'AccessDeniedException' });

    await expect(deployStack(withApi(), request, deployment, context)).rejects.toThrow(
      'Stack sluice-production is deployed, but the limits of its routes could not be set (AccessDeniedException: not authorised). ' +
        'Allow apigateway:PATCH on /restapis/physical-ApiGatewayRestApi/stages/*, and run the same command again.',
    );
    expect([...(await deployment.resources()).keys()]).toContain('ApiGatewayRestApi');
  });

  test('are not asked for where a stack has no API', async () => {
    const deployment = new FakeDeployment();

    await deployStack(samplePackage(), request, deployment, context);

    expect(deployment.patched.size).toBe(0);
  });
});
