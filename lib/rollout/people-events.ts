/**
 * How a person was told: `link` is whoever holds a personal link, `verified` one who signed in at an OIDC issuer besides, `slack`
 * a Slack member mapped to a person, `command` somebody whom AWS lets write to the record.
 */
export type Identity = 'link' | 'verified' | 'slack' | 'command';

/** Who decided, how they were told, and why, in their words. */
export interface Decider {
  readonly by: string;
  readonly how: Identity;
  readonly reason?: string | undefined;
}

/** What people do to a rollout, and what they are asked. */
export type PeopleEvent =
  | {
      readonly type: 'ApprovalRequested';
      /** Roles that must each approve. */
      readonly required: readonly string[];
      /** Names of those who got a link. */
      readonly asked: readonly string[];
      readonly until: string;
    }
  | ({ readonly type: 'Approved'; readonly roles: readonly string[] } & Decider)
  | { readonly type: 'ApprovalGranted' }
  | {
      readonly type: 'DecisionRequested';
      readonly step: number;
      readonly reason: string;
      /** Names of those who got a link. */
      readonly asked: readonly string[];
      readonly until: string;
    }
  | ({ readonly type: 'RolloutPaused' } & Decider)
  | ({ readonly type: 'RolloutResumed' } & Decider)
  | ({
      readonly type: 'StepPromoted';
      readonly step: number;
      /** Skips the steps between this one and the last, too. */
      readonly full: boolean;
    } & Decider)
  | ({
      readonly type: 'RetryRequested';
      /** Name of the execution that tries the same image again. */
      readonly execution: string;
    } & Decider);
