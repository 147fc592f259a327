/** A service of AWS that may be unavailable for hours, or closed to the product. */
export const awsServices = [
  ...(['dynamodb', 'lambda', 'step-functions', 'scheduler', 'elb', 'ecs'] as const),
  ...(['cloudwatch', 'sns', 'sqs', 's3', 'eventbridge'] as const),
] as const;

export type AwsService = (typeof awsServices)[number];

/** The service that answers the calls of each part: `router` of `router.write`. */
const behind: Readonly<Record<string, AwsService>> = {
  ...{ store: 'dynamodb', tokens: 'dynamodb' },
  ...{ lambda: 'lambda', executions: 'step-functions', schedules: 'scheduler', deadlines: 'scheduler' },
  ...{ router: 'elb', runtime: 'ecs', registry: 'ecs', capacity: 'ecs', evidence: 'ecs', stoppedTasks: 'ecs' },
  ...{ metrics: 'cloudwatch', alarms: 'cloudwatch', trail: 'cloudwatch', pushTrail: 'cloudwatch' },
  ...{ announcer: 'sns', outbox: 'sqs', archive: 's3' },
};

/** Returns the service that answers a call; `undefined` for one that AWS does not answer, such as a request to the application. */
export function serviceBehind(call: string): AwsService | undefined {
  return behind[call.split('.')[0] ?? ''];
}

/** The error that each service answers with while it is unavailable. */
export const unavailable: Readonly<Record<AwsService, string>> = {
  ...{ dynamodb: 'InternalServerError', lambda: 'ServiceException', 'step-functions': 'ServiceUnavailable' },
  ...{ scheduler: 'InternalServerException', elb: 'ServiceUnavailable', ecs: 'ServerException' },
  ...{ cloudwatch: 'InternalServiceFault', sns: 'InternalErrorException', sqs: 'ServiceUnavailable' },
  ...{ s3: 'ServiceUnavailable', eventbridge: 'InternalException' },
};
