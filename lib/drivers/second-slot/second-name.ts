/** Returns the name of what stands beside a thing: `web-a` is followed by `web-b`, `web-blue` by `web-green`, everything else by `-b`. */
export function secondName(name: string): string {
  const pairs: readonly (readonly [RegExp, string])[] = [
    [/([-_])a$/, '$1b'],
    [/([-_])b$/, '$1a'],
    [/([-_])blue$/, '$1green'],
    [/([-_])green$/, '$1blue'],
    [/([-_]?)1$/, '$12'],
  ];
  const fitting = pairs.find(([pattern]) => pattern.test(name));
  return fitting === undefined ? `${name}-b` : name.replace(fitting[0], fitting[1]);
}
