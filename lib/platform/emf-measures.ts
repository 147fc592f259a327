import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Measures } from '../ports/measures.ts';
import { logger } from './logger.ts';

/**
 * Measures as CloudWatch metrics in namespace `Sluice`, written as log lines in the Embedded Metric Format: no call, no wait. Each
 * has the dimensions `service` (Sluice itself, as in the logs), `stage` and `rolloutService` besides its own.
 */
export function emfMeasures(stage: string): Measures {
  const metrics = new Metrics({ namespace: 'Sluice', serviceName: 'sluice', defaultDimensions: { stage } });
  return {
    add(service, measures) {
      for (const { name, unit, value, at, by } of measures) {
        try {
          if (!Number.isFinite(value)) throw new RangeError(`${name} is ${String(value)}, which is no measure.`);
          const one = metrics.singleMetric();
          one.setTimestamp(new Date(at));
          one.addDimensions({ rolloutService: service, ...by });
          one.addMetric(name, unit, value);
        } catch (error) {
          // A number that is lost must not stop the news that it came with.
          logger.warn('a measure was not taken', { measure: name, value, error });
        }
      }
    },
  };
}
