import type { RolloutState } from '../../lib/rollout/state.ts';
import type { SampleVersion } from '../../examples/web/versions.ts';
import type { FleetChange } from '../stack/fleet-truth.ts';
import type { LocalStack } from '../stack/local-stack.ts';

/** One thing that goes wrong while a version is on its way. */
export interface Scenario {
  readonly name: string;
  /** What is done, in one sentence. */
  readonly what: string;
  /** What is rolled out; without it, a good version that does not serve yet. */
  readonly version?: SampleVersion;
  /** The step that bakes when the harm begins. */
  readonly step: number;
  /** Does it, and comes back with when it began (epoch milliseconds) as soon as nothing more is to be done. */
  readonly harm: (stack: LocalStack, running: RolloutState) => Promise<number>;
  /** Within how many seconds all traffic has to be on one version; without it, within the guard's period. */
  readonly withinSeconds?: number;
  /** Whether the harm was really done, by what the load balancer applied from its beginning on; without it, it always is. */
  readonly struck?: (changes: readonly FleetChange[], greenGroup: string) => boolean;
  /** What else has to hold once it has ended: the answer says what does not. */
  readonly alsoHolds?: (stack: LocalStack) => Promise<string | undefined>;
}
