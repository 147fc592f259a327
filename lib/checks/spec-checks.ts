import type { CheckName } from '../specification/checks.ts';
import type { Check } from './check.ts';
import { alarmsExist } from './alarms-exist.ts';
import { alarmsHaveData } from './alarms-have-data.ts';
import { alarmsQuiet } from './alarms-quiet.ts';
import { attested } from './attested.ts';
import { balancer } from './balancer.ts';
import { certificateChain } from './certificate-chain.ts';
import { certificateDays } from './certificate-days.ts';
import { cluster } from './cluster.ts';
import { configurationChanges } from './configuration-changes.ts';
import { containerHealthCheck } from './container-health-check.ts';
import { dashboard } from './dashboard.ts';
import { deregistrationDelay } from './deregistration-delay.ts';
import { dns } from './dns.ts';
import { httpDependencies } from './http-dependencies.ts';
import { imageArchitecture } from './image-architecture.ts';
import { imageScan } from './image-scan.ts';
import { imageSize } from './image-size.ts';
import { imagesByDigest } from './images-by-digest.ts';
import { lastDrill } from './last-drill.ts';
import { logDriver } from './log-driver.ts';
import { logGroups } from './log-groups.ts';
import { mysql } from './mysql.ts';
import { noPrivileged } from './no-privileged.ts';
import { nonRoot } from './non-root.ts';
import { plainSecrets } from './plain-secrets.ts';
import { postgresql } from './postgresql.ts';
import { redis } from './redis.ts';
import { requestsAnswered } from './requests-answered.ts';
import { requiredVariables } from './required-variables.ts';
import { responseTime } from './response-time.ts';
import { s3 } from './s3.ts';
import { secretsByReference } from './secrets-by-reference.ts';
import { securityHeaders } from './security-headers.ts';
import { targetGroupsAlike } from './target-groups-alike.ts';
import { targetStickiness } from './target-stickiness.ts';
import { tls13 } from './tls-1-3.ts';

/** Checks that a spec turns on; a new one is a file, a line here, and its settings in the spec. */
export const specChecks: Readonly<Record<CheckName, Check>> = {
  'no-privileged': noPrivileged,
  'non-root': nonRoot,
  'container-health-check': containerHealthCheck,
  'log-driver': logDriver,
  'images-by-digest': imagesByDigest,
  'secrets-by-reference': secretsByReference,
  'required-variables': requiredVariables,
  'configuration-changes': configurationChanges,
  'image-size': imageSize,
  'image-scan': imageScan,
  'image-architecture': imageArchitecture,
  'plain-secrets': plainSecrets,
  'certificate-chain': certificateChain,
  'certificate-days': certificateDays,
  'tls-1-3': tls13,
  dns,
  balancer,
  'target-groups-alike': targetGroupsAlike,
  'deregistration-delay': deregistrationDelay,
  'target-stickiness': targetStickiness,
  'security-headers': securityHeaders,
  'response-time': responseTime,
  requests: requestsAnswered,
  'alarms-exist': alarmsExist,
  'alarms-quiet': alarmsQuiet,
  'alarms-have-data': alarmsHaveData,
  'log-groups': logGroups,
  dashboard,
  cluster,
  postgresql,
  mysql,
  redis,
  s3,
  'http-dependencies': httpDependencies,
  attested,
  'last-drill': lastDrill,
};

/** Names of these checks, in the order in which people read them. */
export const specCheckNames: readonly CheckName[] = Object.keys(specChecks).filter(isCheckName);

function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(specChecks, name);
}
