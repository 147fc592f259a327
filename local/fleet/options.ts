import type { RuleDelay } from './balancer/rule-propagation.ts';
import type { ResolveImage } from './ecs/image.ts';

/** What a fleet can be told at its start. Times in seconds. */
export interface FleetOptions {
  /** Port of the API endpoint on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Base URL of CloudWatch; without it no metrics are published. */
  readonly cloudWatchEndpoint?: string;
  /** Base URL of ECR; asked for what an image means. */
  readonly ecrEndpoint?: string;
  /** Base URL of the emulator, whose policies are asked before every action; without it nothing is refused for lack of a right. */
  readonly iamEndpoint?: string;
  /** Says what an image means, in ECR's place. */
  readonly resolveImage?: ResolveImage;
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Twelve digits; default `000000000000`. */
  readonly accountId?: string;
  /** How often metrics are published; default 1. */
  readonly metricsPeriodSeconds?: number;
  /** What stands for the minute of Application Auto Scaling: how often it looks, and its cooldowns; default 1. */
  readonly scalingPeriodSeconds?: number;
  /** Base URL of EventBridge, which is told of lifecycle hooks; without it nobody is told. */
  readonly eventsEndpoint?: string;
  /** What stands for a minute of an ECS deployment that moves traffic: of its bake times and of its hooks; default 60. */
  readonly minuteSeconds?: number;
  /** Thresholds of `SlowRequestCount`; the first is also what the statistics call slow. Default 2. */
  readonly slowSeconds?: readonly number[];
  /** The checkout in whose `examples/` the programs of images lie; default the working directory. */
  readonly root?: string;
  /** Source of the weighted choices, from [0, 1); default `Math.random`. */
  readonly random?: () => number;
  /**
   * After how long a node of a load balancer obeys a changed rule; default 2 to 10 s, drawn for each node and change. Only a
   * unit test that is not about time gives 0 to 0.
   */
  readonly ruleDelay?: RuleDelay;
  /** Whether the request rates of Elastic Load Balancing's API hold; default true. */
  readonly requestRates?: boolean;
  /** Source of the shares of that range, from [0, 1); default `random`. */
  readonly drawDelay?: () => number;
}
