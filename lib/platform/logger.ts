import { Logger } from '@aws-lambda-powertools/logger';

/** Structured JSON logs; level and service name come from the environment (`POWERTOOLS_*`). */
export const logger = new Logger({ serviceName: 'sluice' });
