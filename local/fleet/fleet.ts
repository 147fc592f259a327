import type http from 'node:http';
import path from 'node:path';
import { emulatorEvaluator } from './api/evaluator.ts';
import { RequestRates } from './api/request-rates.ts';
import { apiServer } from './api/server.ts';
import { ListenerServers } from './balancer/listener-servers.ts';
import { drawnRuleDelay, RulePropagation } from './balancer/rule-propagation.ts';
import type { Answered } from './balancer/traffic.ts';
import { TargetRegistry } from './balancer/target-registry.ts';
import { ChangeLog } from './control/changes.ts';
import { Faults } from './control/faults.ts';
import { controlRoutes } from './control/routes.ts';
import { Stats } from './control/stats.ts';
import { awslogsDriver, noLogDriver } from './ecs/awslogs.ts';
import { ecsActions } from './ecs/actions.ts';
import { ecrImages } from './ecs/ecr-image.ts';
import { ImagePullError, type ResolveImage } from './ecs/image.ts';
import { emptyEcsModel, type EcsModel } from './ecs/model.ts';
import { ecsRights } from './ecs/rights.ts';
import { setByAws } from './ecs/set-by-aws.ts';
import { eventBus } from './ecs/native/hook-events.ts';
import { NativeDeployments } from './ecs/native/native-deployments.ts';
import { Scheduler } from './ecs/scheduler.ts';
import { TaskRunner } from './ecs/task-runner.ts';
import { elbActions } from './elb/actions.ts';
import { emptyElbModel, type ElbModel } from './elb/model.ts';
import { elbRights } from './elb/rights.ts';
import type { TargetGroup } from './elb/target-group.ts';
import { Identity } from './identity.ts';
import { MetricBuckets } from './metrics/buckets.ts';
import { MetricPublisher } from './metrics/publisher.ts';
import type { FleetOptions } from './options.ts';
import { scalingActions } from './scaling/actions.ts';
import { Autoscaler } from './scaling/autoscaler.ts';
import { emptyScalingModel } from './scaling/model.ts';
import { scalingRights } from './scaling/rights.ts';
import { RequestMeter } from './scaling/request-meter.ts';

/** A running fleet. */
export interface Fleet {
  /** Base URL of the ECS, ELB and Application Auto Scaling endpoint, and of `/_fleet/`. */
  readonly endpoint: string;
  /** Ends everything: API, load balancers, metrics and every task process. */
  stop(): Promise<void>;
}

/** Tasks get this long to end by themselves when the fleet stops. */
const stopGraceMs = 1000;

/**
 * Starts a fleet: ECS, Elastic Load Balancing and Application Auto Scaling on this machine.
 * @throws Error where the port is taken
 */
export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const identity = new Identity({ region: regionOf(options), accountId: options.accountId ?? '000000000000' });
  const slowSeconds = options.slowSeconds ?? [2];
  const periodMs = (options.metricsPeriodSeconds ?? 1) * 1000;
  const elb = emptyElbModel();
  const ecs = emptyEcsModel();
  const faults = new Faults();
  const changes = new ChangeLog();
  const stats = new Stats(slowSeconds[0] ?? Number.POSITIVE_INFINITY);
  const buckets = new MetricBuckets(periodMs, slowSeconds);
  const targets = new TargetRegistry(elb, (group) => mustFail(group, ecs, faults));
  const meter = new RequestMeter();
  const observer = {
    answered: (event: Answered) => {
      buckets.answered(event);
      meter.answered(event);
    },
    began: stats.began.bind(stats),
    ended: stats.ended.bind(stats),
  };
  const random = options.random ?? Math.random;
  const servers = new ListenerServers(observer, random);
  const propagation = new RulePropagation(options.ruleDelay ?? drawnRuleDelay, options.drawDelay ?? random);
  const images = imageSource(options);
  // Kept over runs: also the first task of a fleet starts from compiled programs.
  const compileCache = path.join(options.root ?? process.cwd(), '.sluice', 'task-cache');
  const logs =
    options.cloudWatchEndpoint === undefined
      ? noLogDriver
      : awslogsDriver({ endpoint: options.cloudWatchEndpoint, region: regionOf(options) });
  const resolveImage = images.resolve;
  const runner = new TaskRunner({ ecs, elb, identity, targets, faults, resolveImage, compileCache, logs });
  const scheduler = new Scheduler({ ecs, elb, identity, targets, runner, faults });
  const elbWorld = { model: elb, identity, servers, propagation, targets, changes };
  const bus =
    options.eventsEndpoint === undefined
      ? { tell: () => undefined, stop: () => undefined }
      : eventBus({ endpoint: options.eventsEndpoint, region: regionOf(options) });
  const minuteMs = (options.minuteSeconds ?? 60) * 1000;
  const native = new NativeDeployments({ ecs, elb: elbWorld, identity, scheduler, faults, tell: bus.tell, minuteMs });
  const scaling = { model: emptyScalingModel(), ecs, identity, scheduler };
  const autoscaler = new Autoscaler(scaling, elb, meter, (options.scalingPeriodSeconds ?? 1) * 1000);
  const rates = new RequestRates();
  const api = apiServer({
    json: {
      AmazonEC2ContainerServiceV20141113: {
        name: 'ecs',
        actions: ecsActions({ model: ecs, elb, identity, scheduler, runner, native }),
        rights: ecsRights({ model: ecs, identity }),
      },
      AnyScaleFrontendService: {
        name: 'application-autoscaling',
        actions: scalingActions(scaling),
        rights: scalingRights(scaling),
      },
    },
    query: {
      name: 'elasticloadbalancing',
      actions: elbActions(elbWorld),
      rights: elbRights({ model: elb }),
    },
    authorise: options.iamEndpoint === undefined ? undefined : emulatorEvaluator(options.iamEndpoint),
    control: controlRoutes({
      stats,
      changes,
      faults,
      inFlight: () => inFlight(elb),
      taskLog: (id) => taskLog([...ecs.tasks.values()].find((task) => task.id === id)),
      describe: (body) => setByAws(ecs, JSON.parse(body)),
    }),
    faults,
    admits: options.requestRates === false ? () => true : rates.admits.bind(rates),
  });
  const port = await listen(api, options.port ?? 0);
  const publisher = publisherFor(options, { periodMs, slowSeconds, faults, buckets, elb });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      autoscaler.stop();
      native.stop();
      bus.stop();
      scheduler.stop();
      targets.stop();
      propagation.stop();
      api.close();
      api.closeAllConnections();
      servers.stop();
      await Promise.all([runner.stopAll(stopGraceMs), publisher?.stop()]);
      logs.stop();
      images.close();
    },
  };
}

interface MetricSources {
  readonly periodMs: number;
  readonly slowSeconds: readonly number[];
  readonly faults: Faults;
  readonly buckets: MetricBuckets;
  readonly elb: ElbModel;
}

function publisherFor(options: FleetOptions, sources: MetricSources): MetricPublisher | undefined {
  const { cloudWatchEndpoint: endpoint } = options;
  if (endpoint === undefined) return undefined;
  const { periodMs, slowSeconds, faults, buckets, elb } = sources;
  const delaySeconds = () => faults.metricsDelaySeconds();
  return new MetricPublisher(
    { endpoint, region: regionOf(options), periodMs, slowSeconds, delaySeconds },
    buckets,
    elb,
  );
}

function regionOf(options: FleetOptions): string {
  return options.region ?? 'us-east-1';
}

function mustFail({ arn, name }: TargetGroup, { services }: EcsModel, faults: Faults): boolean {
  const users = [...services.values()].filter(({ loadBalancers }) =>
    loadBalancers.some(({ targetGroupArn }) => targetGroupArn === arn),
  );
  return faults.take('fail-health', name) || users.some((service) => faults.take('fail-service-health', service.name));
}

function inFlight({ targetGroups }: ElbModel): number {
  const targets = [...targetGroups.values()].flatMap((group) => [...group.targets.values()]);
  return targets.reduce((sum, target) => sum + target.inFlight, 0);
}

function imageSource(options: FleetOptions): { readonly resolve: ResolveImage; readonly close: () => void } {
  if (options.resolveImage !== undefined) return { resolve: options.resolveImage, close: () => undefined };
  if (options.ecrEndpoint !== undefined)
    return ecrImages({ endpoint: options.ecrEndpoint, region: regionOf(options), root: options.root ?? process.cwd() });
  const resolve: ResolveImage = (uri) =>
    Promise.reject(
      new ImagePullError(`CannotPullContainerError: ${uri}: the fleet was started without an ECR endpoint`),
    );
  return { resolve, close: () => undefined };
}

function taskLog(
  task: { readonly id: string; readonly process?: { lastLines(): readonly string[] } } | undefined,
): object | undefined {
  return task === undefined ? undefined : { task: task.id, lines: task.process?.lastLines() ?? [] };
}

function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new Error(
          `the fleet cannot listen on 127.0.0.1:${port} (${error.code ?? error.message}): give it another port`,
          { cause: error },
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
