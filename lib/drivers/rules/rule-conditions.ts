import type { RoutingAction } from './routing.ts';
import { isRecord } from '../../specification/text/is-record.ts';

const configs: Readonly<Record<string, string>> = {
  'host-header': 'HostHeaderConfig',
  'path-pattern': 'PathPatternConfig',
  'http-header': 'HttpHeaderConfig',
  'http-request-method': 'HttpRequestMethodConfig',
  'source-ip': 'SourceIpConfig',
};

/** Returns the values of all conditions of one field; the load balancer describes them in the field's configuration, in the old form, or both. */
export function valuesOf(conditions: readonly RoutingAction[], field: string): readonly string[] {
  return conditions
    .filter(({ Field }) => Field === field)
    .flatMap((condition) => {
      const config = condition[configs[field] ?? ''];
      const told = textsOf(isRecord(config) ? config['Values'] : undefined);
      return told.length > 0 ? told : textsOf(condition['Values']);
    });
}

/** Returns a text of a condition's configuration. */
export function conditionText(condition: RoutingAction, config: string, key: string): string | undefined {
  const found = condition[config];
  const text = isRecord(found) ? found[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** Returns the regular expressions of a condition, which stand in its field's configuration. */
export function regexesOf(condition: RoutingAction): readonly string[] {
  return Object.values(condition).flatMap((config) => textsOf(isRecord(config) ? config['RegexValues'] : undefined));
}
