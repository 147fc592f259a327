import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { publicFunctions } from '../../lib/cli/doctor/quotas.ts';
import { limitPatches } from '../../serverless/limit-patches.cjs';
import { packageStack, type PackagedStack } from './packaged-stack.ts';

let stack: PackagedStack;
let bounded: PackagedStack;

beforeAll(async () => {
  stack = await packageStack('production');
  bounded = await packageStack('production', [], { PublicConcurrency: '5' });
}, 1_200_000);

const setting = z.strictObject({
  ResourcePath: z.string(),
  HttpMethod: z.string(),
  ThrottlingRateLimit: z.number().int().positive(),
  ThrottlingBurstLimit: z.number().int().positive(),
});
const deployment = z.object({ StageDescription: z.object({ MethodSettings: z.array(setting) }) });
const method = z.object({ HttpMethod: z.string(), AuthorizationType: z.string(), Integration: z.unknown() });

const ofType = (type: string) => Object.values(stack.resources).filter(({ Type }) => Type === type);
const methods = () => ofType('AWS::ApiGateway::Method').map(({ Properties }) => method.parse(Properties));

describe('limits of routes', () => {
  test('stand in the deployment of the API, one for each route and none beside', () => {
    const settings = ofType('AWS::ApiGateway::Deployment').flatMap(
      ({ Properties }) => deployment.parse(Properties).StageDescription.MethodSettings,
    );
    const limits = Object.fromEntries(
      settings.map(({ ResourcePath, HttpMethod, ThrottlingRateLimit, ThrottlingBurstLimit }) => [
        `${HttpMethod} ${ResourcePath.replaceAll('~1', '/')}`,
        `${ThrottlingRateLimit}/${ThrottlingBurstLimit}`,
      ]),
    );

    expect(settings).toHaveLength(methods().length);
    expect(Object.keys(limits)).toHaveLength(settings.length);
    expect(limits).toMatchObject({
      'GET /': '50/100',
      'GET //decide/{token}': '50/100',
      'POST //decide/{token}': '10/20',
      'POST //slack/actions': '10/20',
      'POST //pagerduty/events': '10/20',
      'POST //commands': '20/40',
    });
  });

  test('are what the stage of the API is told: the root by its own name, others without the first slash', () => {
    const patches = limitPatches({ Resources: stack.resources });

    expect(patches).toHaveLength(2 * methods().length);
    expect(patches).toEqual(
      expect.arrayContaining([
        { op: 'replace', path: '/~1/GET/throttling/rateLimit', value: '50' },
        { op: 'replace', path: '/~1slack~1actions/POST/throttling/burstLimit', value: '20' },
      ]),
    );
  });
});

describe('concurrency of functions', () => {
  const reserved = ({ resources }: PackagedStack) =>
    Object.entries(resources).flatMap(([id, { Properties }]) =>
      'ReservedConcurrentExecutions' in Properties ? [[id, Properties['ReservedConcurrentExecutions']]] : [],
    );

  test('is bounded by the parameter for each function that anybody may call, and for no other', () => {
    const open = methods()
      .filter(({ AuthorizationType }) => AuthorizationType === 'NONE')
      .flatMap(({ Integration }) => [...JSON.stringify(Integration).matchAll(/"(\w+LambdaFunction)"/g)])
      .map(([, id = '']) => id);

    expect(Object.fromEntries(reserved(bounded))).toEqual(Object.fromEntries(open.map((id) => [id, '5'])));
    expect(open).toEqual(expect.arrayContaining(['ShowDecisionLambdaFunction', 'AnswerSlackLambdaFunction']));
    // What sluice doctor shares the account's concurrency among.
    expect(reserved(bounded)).toHaveLength(publicFunctions);
  });

  test('is not bounded by default: small accounts have too little to reserve', () => {
    expect(reserved(stack)).toEqual([]);
  });
});
