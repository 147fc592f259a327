import type { Datapoint } from '../analysis/datapoint.ts';
import type { Pair } from '../drivers/rules/pair.ts';
import type { SlotMetric } from './shapes/registry.ts';
import type { SlowRequests } from '../specification/slow-requests.ts';

/** One slot's metrics are asked for by its target group. */
export interface MetricQuestion {
  readonly targetGroups: Pair;
  /** A rule or listener of the load balancer, which names it. */
  readonly routingArn: string;
  /** Names of the series that the gates read. */
  readonly metrics: readonly string[];
  /** What the metric `slow` counts; by default requests of more than 2 s. */
  readonly slow?: SlowRequests;
  /** ECS cluster and services of the slots, whose CPU and memory are read. */
  readonly cluster?: string;
  readonly services?: Pair;
  /** The team's own metrics by name, as they are read for each slot. */
  readonly custom?: Readonly<Record<string, Pair<SlotMetric>>>;
  /** Start of the first period and end of the last, seconds since the epoch, multiples of `period`. */
  readonly from: number;
  readonly to: number;
  readonly period: number;
}

export interface MetricRow {
  /** Start of the period, seconds since the epoch. */
  readonly at: number;
  readonly blue: Datapoint;
  readonly green: Datapoint;
}

export interface MetricSource {
  /**
   * One row a period with data, in order of time. A failed query is an exception, not an empty answer.
   * @throws IncompleteMetrics where some of the metrics could be read
   */
  read(question: MetricQuestion): Promise<readonly MetricRow[]>;
}

/** Some of the metrics could not be read. */
export class IncompleteMetrics extends Error {
  override readonly name = 'IncompleteMetrics';
  /** What could be read. */
  readonly rows: readonly MetricRow[];

  constructor(message: string, rows: readonly MetricRow[]) {
    super(message);
    this.rows = rows;
  }
}
