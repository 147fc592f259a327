import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { createRole, createUser } from '../../local/emulator/iam-roles.ts';
import { localStage } from '../../local/stack/stage.ts';
import { documentedPolicies } from '../approval/documented-policies.ts';

/** Where a stack is deployed. */
export interface Place {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** Id of the stack's API. */
  readonly api: string;
}

/** Credentials of a caller. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The root user, who may do everything. */
export const root = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Makes principals with the policies of docs/iam.md, as they stand there, for the stage of the local AWS. */
export class Callers {
  readonly #place: Place;
  readonly policies: Readonly<Record<string, readonly unknown[]>>;

  constructor(place: Place) {
    this.#place = place;
    this.policies = documentedPolicies((text) =>
      text
        .replaceAll('111122223333', place.accountId)
        .replaceAll('eu-west-1', place.region)
        .replaceAll('a1b2c3d4e5', place.api)
        .replaceAll('production', localStage),
    );
  }

  #statements(jobs: readonly string[]): readonly unknown[] {
    return jobs.flatMap((job) => {
      const found = this.policies[job];
      if (found === undefined) throw new Error(`docs/iam.md has no chapter ${job}`);
      return found;
    });
  }

  /** @param more statements besides those of the jobs */
  user(name: string, jobs: readonly string[], more: readonly unknown[] = []): Promise<Credentials> {
    return createUser(this.#place.endpoint, name, [...this.#statements(jobs), ...more]);
  }

  /**
   * A role that every user of the account may assume whose own policy allows it, under a name of their choice.
   * @param only the one user who may assume it, under their own name: the trust policy fixes the name of the session
   */
  async role(
    name: string,
    jobs: readonly string[],
    { path = '/', only }: { readonly path?: string; readonly only?: string } = {},
  ): Promise<void> {
    const of = `arn:aws:iam::${this.#place.accountId}:`;
    const trust = {
      ...{ Effect: 'Allow', Action: 'sts:AssumeRole' },
      // The emulator fills in no `${aws:username}`: docs/aws-differences.md.
      Principal: { AWS: only === undefined ? `${of}root` : `${of}user/${only}` },
      ...(only !== undefined && { Condition: { StringEquals: { 'sts:RoleSessionName': only } } }),
    };
    await createRole(this.#place.endpoint, name, this.#statements(jobs), { path, trust: [trust] });
  }

  /** A session of a role. @param by whose credentials assume it; by default the root user's */
  async session(role: string, name: string, by: Credentials = root, path = '/'): Promise<Credentials> {
    const { endpoint, region, accountId } = this.#place;
    const sts = new STSClient({ endpoint, region, credentials: by, maxAttempts: 1 });
    const RoleArn = `arn:aws:iam::${accountId}:role${path}${role}`;
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: name }));
    sts.destroy();
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }
}
