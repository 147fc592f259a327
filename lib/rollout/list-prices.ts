/**
 * List prices in US dollars, region us-east-1, without free tiers and discounts, as the price pages of AWS had them in
 * November 2026. A region of your own may cost a few percent more.
 */
export const prices = {
  /** Step Functions, standard workflows: a state transition. */
  stateTransition: 25e-6,
  /** Lambda on arm64: a request, and a gigabyte-second. */
  lambdaRequest: 0.2e-6,
  lambdaGigabyteSecond: 13.3334e-6,
  /** DynamoDB on demand: a write of up to 1 KB, a read of up to 4 KB; a transaction takes two of each, a consistent read one. */
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  /** CloudWatch GetMetricData: a metric, with up to five of its statistics. */
  metric: 10e-6,
  /** CloudWatch Logs: a gigabyte taken in. */
  logGigabyte: 0.5,
  /** SNS and SQS FIFO: a request. */
  message: 0.5e-6,
  /** EventBridge: a custom event; Scheduler: an invocation. */
  event: 1e-6,
  invocation: 1e-6,
  /** Fargate, Linux: an hour of a virtual CPU and of a gigabyte, on x86 and on ARM. */
  fargate: {
    x86: { cpuHour: 0.04048, gigabyteHour: 0.004445 },
    arm: { cpuHour: 0.03238, gigabyteHour: 0.00356 },
  },
} as const;
