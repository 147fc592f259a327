import type { Identity } from './people-events.ts';
import type { SlotName } from '../spec/rollout-spec.ts';

/** Who closes a rollback as it is, and why. */
interface Closer {
  readonly by: string;
  readonly how: Identity;
  readonly reason: string;
}

/** What a person does to a rollback that cannot end by itself, and what followed. */
export type ClosingEvent =
  | ({
      readonly type: 'CloseRequested';
      /** What the rules had, and who could serve, when the person decided. */
      readonly traffic: readonly string[];
    } & Closer)
  | ({
      readonly type: 'RollbackClosed';
      /** The slot that gets all traffic; absent where traffic is split, or could not be read. */
      readonly serves?: SlotName | undefined;
      /** What was put back, in words. */
      readonly putBack: readonly string[];
      /** What stays as it is, in words, and what a person does about it. */
      readonly stays: readonly string[];
    } & Closer);
