import type { RoleFacts } from '../approval/caller.ts';

/** Roles of the account, as IAM has them. */
export interface Roles {
  /**
   * Returns path and trust policy of a role; `undefined` where there is none of that name.
   * @throws Error where IAM does not answer
   */
  read(name: string): Promise<RoleFacts | undefined>;
}
