import type { RoutedRequest } from '../elb/condition-match.ts';
import type { RuleAction } from '../elb/rule-action.ts';

/** The `Location` of a redirect action, with the `#{...}` parts of the request filled in. */
export function redirectLocation(
  config: NonNullable<RuleAction['RedirectConfig']>,
  request: RoutedRequest,
  port: number,
): string {
  const parts: Readonly<Record<string, string>> = {
    protocol: 'http',
    host: request.host,
    port: String(port),
    path: request.path.replace(/^\//, ''),
    query: request.query,
  };
  const fill = (template: string) => template.replaceAll(/#\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
  const protocol = fill(config.Protocol ?? '#{protocol}').toLowerCase();
  const query = fill(config.Query ?? '#{query}');
  const address = `${fill(config.Host ?? '#{host}')}:${fill(config.Port ?? '#{port}')}`;
  return `${protocol}://${address}${fill(config.Path ?? '/#{path}')}${query === '' ? '' : `?${query}`}`;
}
