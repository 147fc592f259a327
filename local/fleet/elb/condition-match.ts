import { BlockList, isIPv4 } from 'node:net';
import type { RuleCondition } from './rule-condition.ts';

/** What the conditions of a rule look at. */
export interface RoutedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** With the `?` taken off; empty where there is none. */
  readonly query: string;
  readonly host: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly sourceIp: string;
}

export type Match = (request: RoutedRequest) => boolean;

/** All conditions must match; of a condition's values, one. Compiled once, asked for each request. */
export function compileConditions(conditions: readonly RuleCondition[]): Match {
  const matches = conditions.map(compileCondition);
  return (request) => matches.every((match) => match(request));
}

function compileCondition(condition: RuleCondition): Match {
  switch (condition.Field ?? '') {
    case 'path-pattern':
      return anyPattern(condition.PathPatternConfig?.Values, 'case matters', (request) => [request.path]);
    case 'host-header':
      return anyPattern(condition.HostHeaderConfig?.Values, 'any case', (request) => [request.host]);
    case 'http-header': {
      const name = (condition.HttpHeaderConfig?.HttpHeaderName ?? '').toLowerCase();
      return anyPattern(condition.HttpHeaderConfig?.Values, 'any case', (request) =>
        [request.headers[name] ?? []].flat(),
      );
    }
    case 'http-request-method': {
      const methods = new Set(condition.HttpRequestMethodConfig?.Values);
      return (request) => methods.has(request.method);
    }
    case 'query-string':
      return anyParameter(condition.QueryStringConfig?.Values ?? []);
    case 'source-ip':
      return anyNetwork(condition.SourceIpConfig?.Values ?? []);
    default:
      return () => false;
  }
}

type Case = 'any case' | 'case matters';

function anyPattern(
  patterns: readonly string[] | undefined,
  letterCase: Case,
  valuesOf: (request: RoutedRequest) => readonly string[],
): Match {
  const compiled = (patterns ?? []).map((pattern) => wildcard(pattern, letterCase));
  return (request) => valuesOf(request).some((value) => compiled.some((pattern) => pattern.test(value)));
}

/** `*` is any run of characters, `?` exactly one, a backslash takes the next character as it is. */
function wildcard(pattern: string, letterCase: Case): RegExp {
  const source = pattern.replaceAll(/\\[*?\\]|[\s\S]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return (token.length === 2 ? token.slice(1) : token).replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`, letterCase === 'any case' ? 'is' : 's');
}

function anyParameter(wanted: readonly { readonly Key?: string | undefined; readonly Value: string }[]): Match {
  const compiled = wanted.map(({ Key, Value }) => ({
    key: Key === undefined ? undefined : wildcard(Key, 'any case'),
    value: wildcard(Value, 'any case'),
  }));
  return (request) => {
    const parameters = [...new URLSearchParams(request.query)];
    return compiled.some(({ key, value }) =>
      parameters.some(([name, found]) => (key?.test(name) ?? true) && value.test(found)),
    );
  };
}

function anyNetwork(cidrs: readonly string[]): Match {
  const networks = new BlockList();
  for (const cidr of cidrs) {
    const [address = '', prefix] = cidr.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    networks.addSubnet(address, prefix === undefined ? (family === 'ipv4' ? 32 : 128) : Number(prefix), family);
  }
  return (request) => networks.check(request.sourceIp, isIPv4(request.sourceIp) ? 'ipv4' : 'ipv6');
}
