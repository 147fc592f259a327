import type { ServiceLook } from '../../drivers/service-look.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Stack } from '../cli-context.ts';
import type { DeployedStack } from '../stack/stack-deployment.ts';
import type { AccountFacts } from './account-facts.ts';

/** A spec that is looked at, and where it is from. */
export interface LookedSpec {
  readonly spec: RolloutSpec;
  /** The file, or the service whose applied spec it is. */
  readonly of: string;
}

/** Everything that the questions of a stage are put to. */
export interface Patient {
  readonly stage: string;
  readonly region: string;
  readonly account: AccountFacts;
  /** The number of the account, and who calls. */
  readonly caller: { readonly account: string; readonly principal: string };
  /** `undefined` where the stage has no stack, or that could not be found out. */
  readonly stack: DeployedStack | undefined;
  /** Names of the stack's resources by logical id; empty where they could not be found out. */
  readonly resources: ReadonlyMap<string, string>;
  readonly specs: readonly LookedSpec[];
  readonly look: ServiceLook;
  readonly connected: Pick<Stack, 'store' | 'slots'>;
  readonly now: Date;
}

/** Returns an ARN in the account and region that are looked at; the partition is the one of who calls. */
export function arnIn({ region, caller }: Pick<Patient, 'region' | 'caller'>, service: string, rest: string): string {
  return `arn:${caller.principal.split(':')[1] ?? 'aws'}:${service}:${region}:${caller.account}:${rest}`;
}
