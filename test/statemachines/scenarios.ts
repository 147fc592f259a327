import { emergencyScenarios } from './emergency-scenarios.ts';
import { othersChangesScenarios } from './others-changes-scenarios.ts';
import type { Play } from './plays.ts';
import { releaseScenarios } from './release-scenarios.ts';
import { retirementScenarios } from './retirement-scenarios.ts';
import { rollbackScenarios } from './rollback-scenarios.ts';
import { rolloutScenarios } from './rollout-scenarios.ts';
import { withoutTableScenarios } from './without-table-scenarios.ts';

/** What can come of a rollout, of a rollback and of a retirement. */
export const scenarios: Readonly<Record<string, Play>> = {
  ...rolloutScenarios,
  ...rollbackScenarios,
  ...retirementScenarios,
  ...withoutTableScenarios,
  ...othersChangesScenarios,
  ...releaseScenarios,
  ...emergencyScenarios,
};
