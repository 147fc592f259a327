import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { Routing, RoutingAction } from './routing.ts';
import { conditionText, valuesOf } from './rule-conditions.ts';

/** Where requests of a listener come in, as far as a question needs it. */
interface Entry {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

/** One health request, made so that it meets the conditions of the rule that carries the traffic. */
export interface HealthQuestion {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The host that is connected to: the load balancer, whatever host the URL names. */
  readonly connectTo: string;
}

/**
 * The health request of a service through one of its rules. Without `url` a host condition names the host, so that the rule is
 * met and the certificate fits; header conditions are met by their own values.
 */
export function healthQuestion(
  { url, healthPath }: Pick<RolloutSpec, 'url' | 'healthPath'>,
  { conditions = [] }: Pick<Routing, 'conditions'>,
  { protocol, host, port }: Entry,
): HealthQuestion {
  const named = literal(valuesOf(conditions, 'host-header'));
  const base = url ?? `${protocol}://${named ?? host}:${String(port)}`;
  const asked = new URL(healthPath, base);
  return {
    url: asked.href,
    headers: headersOf(conditions),
    connectTo: url === undefined && named !== undefined ? host : asked.hostname,
  };
}

function headersOf(conditions: readonly RoutingAction[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    conditions.flatMap((condition): [string, string][] => {
      const name = conditionText(condition, 'HttpHeaderConfig', 'HttpHeaderName');
      const value = literal(valuesOf([condition], 'http-header'));
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value]];
    }),
  );
}

/** The first value without a wildcard. */
function literal(values: readonly string[]): string | undefined {
  return values.find((value) => value !== '' && !/[*?]/.test(value));
}
