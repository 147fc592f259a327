import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { clientSettings } from '../../platform/client-settings.ts';
import { cloudFormationRuleTemplates } from '../../platform/cloudformation-rule-templates.ts';

/** The templates that own rules and listeners. */
export const templates = cloudFormationRuleTemplates(new CloudFormationClient(clientSettings));
