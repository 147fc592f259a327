import type { ElbWorld } from '../../elb/world.ts';
import type { ServiceDeployment } from '../model.ts';
import { writeWeights } from './production-rule.ts';

/** Gives all traffic back to the source; returns whether the nodes that route obey yet. */
export function restore(elb: ElbWorld, deployment: ServiceDeployment): () => boolean {
  const written = deployment.weight > 0 ? [writeWeights(elb, deployment, 'productionListenerRule', 0)] : [];
  if (deployment.testWeight > 0) writeWeights(elb, deployment, 'testListenerRule', 0);
  deployment.weight = 0;
  deployment.testWeight = 0;
  return () => written.every((obeyed) => obeyed());
}

/** The source is the only revision that the service keeps. */
export function makePrimary({ service, source, target, keeps, statusReason }: ServiceDeployment): void {
  keeps.delete(target);
  target.rolloutState = 'FAILED';
  target.rolloutStateReason = statusReason ?? target.rolloutStateReason;
  if (source === undefined) return;
  for (const other of service.deployments) other.status = 'ACTIVE';
  source.status = 'PRIMARY';
  service.deployments = [source, ...service.deployments.filter((other) => other !== source)];
}
