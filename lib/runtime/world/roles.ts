import { IAMClient } from '@aws-sdk/client-iam';
import { clientSettings } from '../../platform/client-settings.ts';
import { iamRoles } from '../../platform/iam-roles.ts';

/** Roles of the account. */
export const roles = iamRoles(new IAMClient(clientSettings));
