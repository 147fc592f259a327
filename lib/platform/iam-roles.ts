import { GetRoleCommand, type IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import type { Roles } from '../ports/roles.ts';

/** Roles by IAM, which writes a trust policy URL-encoded: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
export function iamRoles(client: IAMClient): Roles {
  return {
    async read(name) {
      try {
        const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
        const { Arn = '', Path = '', AssumeRolePolicyDocument = '' } = Role ?? {};
        return {
          account: Arn.split(':')[4],
          path: Path,
          trustPolicy: JSON.parse(decodeURIComponent(AssumeRolePolicyDocument)),
        };
      } catch (error) {
        if (error instanceof NoSuchEntityException) return undefined;
        throw error;
      }
    },
  };
}
