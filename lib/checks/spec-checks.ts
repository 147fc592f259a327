import type { CheckName } from '../specification/checks.ts';
import type { Check } from './check.ts';
import { configurationChanges } from './configuration-changes.ts';
import { containerHealthCheck } from './container-health-check.ts';
import { imageArchitecture } from './image-architecture.ts';
import { imageScan } from './image-scan.ts';
import { imageSize } from './image-size.ts';
import { logDriver } from './log-driver.ts';
import { noPrivileged } from './no-privileged.ts';
import { nonRoot } from './non-root.ts';
import { requiredVariables } from './required-variables.ts';
import { secretsByReference } from './secrets-by-reference.ts';

/** Checks that a spec turns on; a new one is a file, a line here, and its settings in the spec. */
export const specChecks: Readonly<Record<CheckName, Check>> = {
  'no-privileged': noPrivileged,
  'non-root': nonRoot,
  'container-health-check': containerHealthCheck,
  'log-driver': logDriver,
  'secrets-by-reference': secretsByReference,
  'required-variables': requiredVariables,
  'configuration-changes': configurationChanges,
  'image-size': imageSize,
  'image-scan': imageScan,
  'image-architecture': imageArchitecture,
};

/** Names of these checks, in the order in which people read them. */
export const specCheckNames: readonly CheckName[] = Object.keys(specChecks).filter(isCheckName);

function isCheckName(name: string): name is CheckName {
  return Object.hasOwn(specChecks, name);
}
