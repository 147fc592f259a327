import type { HealthQuestion } from './health-question.ts';
import type { RoutingAction } from './routing.ts';
import { conditionText, regexesOf, valuesOf } from './rule-conditions.ts';
import { wildcard } from './wildcard.ts';

/** What a health request is for one condition of a rule. */
export interface ConditionCheck {
  readonly outcome: 'met' | 'unmet' | 'unknown';
  /** The condition as a person writes it, such as `path-pattern /api/*`. */
  readonly condition: string;
  /** What to write so that the request meets it. */
  readonly fix: string;
}

const byTargetHealth = 'verify: { by: targetHealth }';

/** Compares a health request, which is a GET, with each condition of a rule. */
export function checkConditions(
  question: Pick<HealthQuestion, 'url' | 'headers'>,
  conditions: readonly RoutingAction[],
): readonly ConditionCheck[] {
  return conditions.map((condition) => checkCondition(question, condition));
}

function checkCondition(question: Pick<HealthQuestion, 'url' | 'headers'>, condition: RoutingAction): ConditionCheck {
  const field = typeof condition['Field'] === 'string' ? condition['Field'] : 'an unknown field';
  const values = valuesOf([condition], field);
  const shown = [...values, ...regexesOf(condition).map((regex) => `/${regex}/`)].join(', ');
  const { hostname, pathname, search } = new URL(question.url);
  const compare = (value: string | undefined, letterCase: 'any case' | 'case matters') =>
    matches(value, { values, regexes: regexesOf(condition) }, letterCase);
  switch (field) {
    case 'path-pattern': {
      const fix = `write healthPath: a path that meets it${example(values)}, and that the service answers with 2xx`;
      return { outcome: compare(pathname, 'case matters'), condition: `${field} ${shown}`, fix };
    }
    case 'host-header':
      return {
        outcome: compare(hostname, 'any case'),
        condition: `${field} ${shown}`,
        fix: 'write url: https://<host>, with a host that meets it',
      };
    case 'http-header': {
      const name = conditionText(condition, 'HttpHeaderConfig', 'HttpHeaderName') ?? '';
      const fix = `give the condition a value without wildcards, which the request then carries, or write ${byTargetHealth}`;
      return {
        outcome: compare(question.headers[name.toLowerCase()], 'any case'),
        condition: `${field} ${name}: ${shown}`,
        fix,
      };
    }
    case 'http-request-method': {
      const fix = `the health request is a GET: add GET to the condition, put an entry first in traffic whose conditions a GET meets, or write ${byTargetHealth}`;
      return { outcome: values.includes('GET') ? 'met' : 'unmet', condition: `${field} ${shown}`, fix };
    }
    case 'query-string':
      return checkQuery(condition, pathname, search);
    case 'source-ip': {
      const isOpen = values.some((cidr) => cidr === '0.0.0.0/0');
      const fix = `the request comes from an address of AWS that changes: put an entry first in traffic without this condition, or write ${byTargetHealth}`;
      return { outcome: isOpen ? 'met' : 'unknown', condition: `${field} ${shown}`, fix };
    }
    default:
      return { outcome: 'unknown', condition: field, fix: `check by hand that GET ${question.url} meets it` };
  }
}

interface Wanted {
  readonly values: readonly string[];
  readonly regexes: readonly string[];
}

function matches(
  value: string | undefined,
  { values, regexes }: Wanted,
  letterCase: 'any case' | 'case matters',
): ConditionCheck['outcome'] {
  if (value === undefined) return 'unmet';
  if (values.some((pattern) => wildcard(pattern, letterCase).test(value))) return 'met';
  // The load balancer's regular expressions are not JavaScript's.
  return regexes.length > 0 ? 'unknown' : 'unmet';
}

/** A path in the spirit of a pattern, as an example of what to write. */
function example(patterns: readonly string[]): string {
  const found = patterns.find((pattern) => pattern.endsWith('/*') && !/[*?]/.test(pattern.slice(0, -1)));
  return found === undefined ? '' : `, such as ${found.slice(0, -1)}health`;
}

function checkQuery(condition: RoutingAction, pathname: string, search: string): ConditionCheck {
  const config: unknown = condition['QueryStringConfig'];
  const listed: unknown = typeof config === 'object' && config !== null ? Reflect.get(config, 'Values') : undefined;
  const wanted = (Array.isArray(listed) ? listed : []).map((each: unknown) => ({
    key: textOf(each, 'Key'),
    value: textOf(each, 'Value') ?? '',
  }));
  const parameters = [...new URLSearchParams(search)];
  const isMet = wanted.some(({ key, value }) =>
    parameters.some(
      ([name, found]) =>
        (key === undefined || wildcard(key, 'any case').test(name)) && wildcard(value, 'any case').test(found),
    ),
  );
  const shown = wanted.map(({ key, value }) => (key === undefined ? value : `${key}=${value}`));
  const literal = shown.find((each) => !/[*?]/.test(each)) ?? 'key=value';
  return {
    outcome: isMet ? 'met' : 'unmet',
    condition: `query-string ${shown.join(', ')}`,
    fix: `write healthPath: ${pathname}?${literal}`,
  };
}

function textOf(value: unknown, key: string): string | undefined {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'string' ? found : undefined;
}
