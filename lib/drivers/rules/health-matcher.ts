/** Returns whether a target group's matcher, such as `200,301` or `200-399`, takes a status for healthy. */
export function matcherAccepts(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from !== undefined && to !== undefined && status >= from && status <= to;
  });
}

/** Returns whether a status is a success by itself. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Returns whether a matcher takes more for healthy than answers with a 2xx status. */
export function acceptsMore(matcher: string): boolean {
  return matcher.split(',').some((part) => {
    const [from = 200, to = from] = part.split('-').map(Number);
    return from < 200 || to > 299;
  });
}
