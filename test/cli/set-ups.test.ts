import type { CreateTargetGroupCommandInput, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { awsServiceLook } from '../../lib/drivers/slots/aws-service-look.ts';
import type { ServiceFacts, ServiceLook, TargetGroupFacts } from '../../lib/drivers/service-look.ts';
import type { Entrance } from '../../lib/drivers/traffic-router.ts';
import { cluster, createGroup, createListener, forward, named } from '../fleet/fleet-under-test.ts';
import type { Ran } from './cli-harness.ts';
import { addRule, addService, cliOn, type LiveService, startLiveService } from './live-service.ts';

let live: LiveService;
beforeAll(async () => {
  live = await startLiveService();
});
afterAll(() => live.under.stop());

interface SetUp {
  /** Conditions of the rule of the service; without any its default action forwards. */
  readonly conditions?: readonly RuleCondition[];
  /** Conditions of a rule of another service before it. */
  readonly earlier?: readonly RuleCondition[];
  readonly group?: Partial<CreateTargetGroupCommandInput>;
  readonly scheme?: 'internal';
  /** What the fleet cannot be. */
  readonly entrance?: Partial<Entrance>;
  readonly groupFacts?: Partial<TargetGroupFacts>;
  readonly facts?: Partial<ServiceFacts>;
  /** Lines of the spec besides those that init writes. */
  readonly spec?: string;
  /** What lint --live says. */
  readonly says: RegExp;
  /** What init says, where it writes no spec at all. */
  readonly initSays?: RegExp;
  readonly severity?: 'warning';
}

const path = (...Values: string[]): RuleCondition => ({ Field: 'path-pattern', Values });
const host = (...Values: string[]): RuleCondition => ({ Field: 'host-header', Values });
const query: RuleCondition = { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'v', Value: '2' }] } };
const post: RuleCondition = { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } };
const tenant: RuleCondition = {
  Field: 'http-header',
  HttpHeaderConfig: { HttpHeaderName: 'x-tenant', Values: ['a-*'] },
};
const source: RuleCondition = { Field: 'source-ip', SourceIpConfig: { Values: ['192.0.2.0/24'] } };

const setUps: Readonly<Record<string, SetUp>> = {
  path: {
    conditions: [path('/api/*')],
    says: /does not meet path-pattern \/api\/\*.*write healthPath: .*such as \/api\/health/,
  },
  wildhost: {
    conditions: [host('*.example.com')],
    says: /does not meet host-header \*\.example\.com.*write url: https:\/\/<host>/,
  },
  method: {
    conditions: [post],
    says: /does not meet http-request-method POST.*add GET.*verify: \{ by: targetHealth \}/,
  },
  query: { conditions: [query], says: /does not meet query-string v=2.*write healthPath: \/health\?v=2/ },
  header: { conditions: [tenant], says: /does not meet http-header x-tenant: a-\*.*a value without wildcards/ },
  source: {
    conditions: [source],
    severity: 'warning',
    says: /may not meet source-ip 192\.0\.2\.0\/24.*an entry first in traffic/,
  },
  earlier: {
    conditions: [path('/*')],
    earlier: [path('/health')],
    says: /is answered by rule \S+ \(priority 5; path-pattern \/health\).*a higher number/,
  },
  default: {
    earlier: [path('/hea*')],
    says: /is answered by rule \S+ \(priority 5; path-pattern \/hea\*\).*before the default action/,
  },
  wrongurl: {
    conditions: [host('shop.example.com')],
    spec: 'url: https://www.example.com',
    says: /GET https:\/\/www\.example\.com\/health does not meet host-header shop\.example\.com/,
  },
  matcher: {
    group: { Matcher: { HttpCode: '401' } },
    severity: 'warning',
    says: /the matcher of matcher-a takes 401 for healthy.*a healthPath that is answered with 2xx/,
  },
  redirect: {
    group: { Matcher: { HttpCode: '200-399' } },
    severity: 'warning',
    says: /the matcher of redirect-a takes 200-399 for healthy/,
  },
  port: {
    group: { HealthCheckPort: '9090', HealthCheckPath: '/live' },
    severity: 'warning',
    says: /health checks of port-a ask \/live on port 9090.*expected healthPath \(now \/health\).*verify: \{ by: targetHealth \}/,
  },
  inside: {
    scheme: 'internal',
    severity: 'warning',
    says: /is internal.*verify: \{ by: targetHealth \}.*verify: \{ probe: true \} .* deployed in vpc-.*url: https:\/\/<host>/,
  },
  asked: { scheme: 'internal', spec: 'verify: { header: x-version }', says: /is internal.*verify expects an answer/ },
  https: {
    entrance: { protocol: 'https', host: 'front-1.elb.amazonaws.com' },
    says: /speaks HTTPS.*another name than front-1\.elb\.amazonaws\.com.*url: https:\/\/<host>/,
  },
  grpc: { groupFacts: { protocolVersion: 'GRPC' }, says: /gRPC.*no HTTP GET.*grpc-status/, initSays: /speaks gRPC/ },
  strategy: {
    facts: { movesTraffic: 'the deployment strategy LINEAR' },
    says: /the deployment strategy LINEAR.*expected ROLLING/,
    initSays: /strategy LINEAR.*to ROLLING/,
  },
  controller: {
    facts: { controller: 'CODE_DEPLOY' },
    says: /deployed by CODE_DEPLOY, expected the deployment controller ECS/,
    initSays: /deployed by CODE_DEPLOY/,
  },
};

async function build(name: string, { conditions, earlier, group, scheme }: SetUp): Promise<void> {
  const { under } = live;
  const [a, b] = [await createGroup(under, `${name}-a`, group), await createGroup(under, `${name}-b`, group)];
  const { LoadBalancers } = await under.elb.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: ['subnet-a', 'subnet-b'], ...(scheme && { Scheme: scheme }) }),
  );
  const own = forward([a, 100], [b, 0]);
  const other = forward([await createGroup(under, `${name}-other`), 1]);
  const { arn } = await createListener(
    under,
    named(LoadBalancers?.[0]?.LoadBalancerArn),
    conditions === undefined ? own : other,
  );
  if (conditions !== undefined) await addRule(under, arn, 10, [own], [...conditions]);
  if (earlier !== undefined) await addRule(under, arn, 5, [other], [...earlier]);
  await addService(under, `${name}-a`, a);
  await addService(under, `${name}-b`, b);
}

/** The look with what the fleet cannot be. */
function lookAt({ entrance, groupFacts, facts }: SetUp): ServiceLook {
  const look = awsServiceLook(live.under.ecs, live.under.elb, live.scaling);
  return {
    ...look,
    entranceOf: async (listener) => {
      const found = await look.entranceOf(listener);
      return found && { ...found, ...entrance };
    },
    targetGroups: async (arns) => (await look.targetGroups(arns)).map((one) => ({ ...one, ...groupFacts })),
    services: async (of, names) => (await look.services(of, names)).map((one) => one && { ...one, ...facts }),
  };
}

async function asked(name: string, setUp: SetUp): Promise<{ readonly init: Ran; readonly lint: Ran }> {
  await build(name, setUp);
  const cli = cliOn(live);
  cli.looks = setUp.initSays === undefined ? lookAt(setUp) : lookAt({ says: setUp.says });
  // What init refuses to write a spec for became so after it was written.
  const written = await cli.run(`init --cluster ${cluster} --service ${name}-a --repository shop/web --out spec.yml`);
  cli.looks = lookAt(setUp);
  const init =
    setUp.initSays === undefined
      ? written
      : await cli.run(`init --cluster ${cluster} --service ${name}-a --repository shop/web --out other.yml`);
  cli.files.set('spec.yml', `${cli.files.get('spec.yml') ?? ''}${setUp.spec ?? ''}\n`);
  return { init, lint: await cli.run('lint spec.yml --live') };
}

describe('a set-up behind which green could not be verified is found', () => {
  test.each(Object.entries(setUps))('%s', async (name, setUp) => {
    const { init, lint } = await asked(name, setUp);

    const said = lint.out.filter((line) => setUp.says.test(line));
    expect({ said: said.length > 0, all: lint.out }).toMatchObject({ said: true });
    expect(lint.code).toBe(setUp.severity === 'warning' ? 0 : 1);
    // What the spec's own lines bring about init does not know.
    const initSays = setUp.spec === undefined ? (setUp.initSays ?? setUp.says) : /^/;
    expect(init.err.join('\n')).toMatch(initSays);
    expect(init.code).toBe(setUp.initSays === undefined ? 0 : 1);
  });
});

describe('a set-up behind which green can be verified has no finding', () => {
  test.each<[string, Omit<SetUp, 'says'>]>([
    ['ok-host', { conditions: [host('shop.example.com')] }],
    ['ok-path', { conditions: [path('/hea*')] }],
    ['ok-earlier', { conditions: [path('/*')], earlier: [path('/health/*')] }],
    ['ok-health', { conditions: [path('/api/*')], spec: 'verify: { by: targetHealth }' }],
    ['ok-probe', { scheme: 'internal', spec: 'verify: { probe: true }' }],
    ['ok-inside', { scheme: 'internal', spec: 'verify: { by: targetHealth }' }],
    ['ok-https', { conditions: [host('shop.example.com')], entrance: { protocol: 'https', host: 'front-1.elb' } }],
    ['ok-url', { entrance: { protocol: 'https', host: 'front-1.elb' }, spec: 'url: https://shop.example.com' }],
    ['ok-port', { group: { HealthCheckPort: '8080' } }],
    ['ok-match', { group: { Matcher: { HttpCode: '200-299' } } }],
  ])('%s', async (name, setUp) => {
    const { lint } = await asked(name, { ...setUp, says: /^$/ });

    expect(lint.out).toEqual([]);
    expect(lint.code).toBe(0);
  });
});

test('init puts a rule first that the health request meets', async () => {
  const { under } = live;
  const [a, b] = [await createGroup(under, 'order-a'), await createGroup(under, 'order-b')];
  const { LoadBalancers } = await under.elb.send(
    new CreateLoadBalancerCommand({ Name: 'order', Subnets: ['subnet-a', 'subnet-b'] }),
  );
  const own = forward([a, 100], [b, 0]);
  const { arn } = await createListener(under, named(LoadBalancers?.[0]?.LoadBalancerArn), own);
  const api = await addRule(under, arn, 10, [own], [path('/api/*')]);
  const health = await addRule(under, arn, 20, [own], [path('/health')]);
  await addService(under, 'order-a', a);
  await addService(under, 'order-b', b);
  const cli = cliOn(live);

  await cli.run(`init --cluster ${cluster} --service order-a --repository shop/web --out spec.yml`);

  const text = cli.files.get('spec.yml') ?? '';
  expect(text.indexOf(health)).toBeLessThan(text.indexOf(api));
  expect((await cli.run('lint spec.yml --live')).code).toBe(0);
});
