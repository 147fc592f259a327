/**
 * Compiles a pattern of a load balancer's rule: `*` is any run of characters, `?` exactly one, a backslash takes the next character as it
 * is. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export function wildcard(pattern: string, letterCase: 'any case' | 'case matters'): RegExp {
  const source = pattern.replaceAll(/\\[*?\\]|[\s\S]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return (token.length === 2 ? token.slice(1) : token).replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`, letterCase === 'any case' ? 'is' : 's');
}
