import * as z from 'zod';
import { validationError } from '../aws-error.ts';
import { listOf } from './form-schema.ts';

const values = z.object({ Values: listOf(z.string()).optional() });

/** A condition as it stands in a request of the query protocol. */
export const ruleCondition = z.object({
  Field: z.string().optional(),
  Values: listOf(z.string()).optional(),
  HostHeaderConfig: values.optional(),
  PathPatternConfig: values.optional(),
  HttpHeaderConfig: z
    .object({ HttpHeaderName: z.string().optional(), Values: listOf(z.string()).optional() })
    .optional(),
  QueryStringConfig: z
    .object({ Values: listOf(z.object({ Key: z.string().optional(), Value: z.string() })).optional() })
    .optional(),
  HttpRequestMethodConfig: values.optional(),
  SourceIpConfig: values.optional(),
});
export type RuleCondition = z.output<typeof ruleCondition>;

export const ruleConditions = listOf(ruleCondition);

/** AWS counts the values of all conditions of a rule together. */
const mostValues = 5;

/** Checks conditions as AWS does; paths and hosts are described both in the old form and in the new one. */
export function normaliseConditions(conditions: readonly RuleCondition[]): readonly RuleCondition[] {
  if (conditions.length === 0) throw validationError('A condition must be specified');
  const normal = conditions.map(normaliseCondition);
  if (normal.reduce((sum, condition) => sum + countValues(condition), 0) > mostValues) {
    throw validationError(`A rule can only have '${mostValues}' condition values`);
  }
  return normal;
}

function normaliseCondition(condition: RuleCondition): RuleCondition {
  const field = condition.Field ?? '';
  switch (field) {
    case 'path-pattern': {
      const found = present(condition.PathPatternConfig?.Values ?? condition.Values, field);
      return { Field: field, Values: found, PathPatternConfig: { Values: found } };
    }
    case 'host-header': {
      const found = present(condition.HostHeaderConfig?.Values ?? condition.Values, field);
      return { Field: field, Values: found, HostHeaderConfig: { Values: found } };
    }
    case 'http-header': {
      const name = condition.HttpHeaderConfig?.HttpHeaderName;
      if (name === undefined || !/^[!#$%&'*+\-.^_`|~\w]{1,40}$/.test(name))
        throw validationError('A valid header name must be specified for a condition with the field http-header');
      return {
        Field: field,
        HttpHeaderConfig: {
          HttpHeaderName: name,
          Values: present(condition.HttpHeaderConfig?.Values, field),
        },
      };
    }
    case 'query-string':
      return {
        Field: field,
        QueryStringConfig: { Values: present(condition.QueryStringConfig?.Values, field) },
      };
    case 'http-request-method':
      return {
        Field: field,
        HttpRequestMethodConfig: { Values: present(condition.HttpRequestMethodConfig?.Values, field) },
      };
    case 'source-ip':
      return {
        Field: field,
        SourceIpConfig: { Values: present(condition.SourceIpConfig?.Values, field) },
      };
    default:
      throw validationError(
        `Condition field '${field}' must be one of '[path-pattern, host-header, http-header, query-string, http-request-method, source-ip]'`,
      );
  }
}

function present<T>(found: readonly T[] | undefined, field: string): T[] {
  if (found === undefined || found.length === 0)
    throw validationError(`A condition value must be specified for the field ${field}`);
  for (const value of found) {
    if (typeof value === 'string' && (value.length === 0 || value.length > 128))
      throw validationError(`Condition value '${value}' must have between 1 and 128 characters`);
  }
  return [...found];
}

function countValues(condition: RuleCondition): number {
  const config =
    condition.PathPatternConfig ??
    condition.HostHeaderConfig ??
    condition.HttpHeaderConfig ??
    condition.QueryStringConfig ??
    condition.HttpRequestMethodConfig ??
    condition.SourceIpConfig;
  return config?.Values?.length ?? 0;
}
