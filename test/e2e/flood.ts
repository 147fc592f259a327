/** How many requests got each status. */
export type Answers = Readonly<Record<number, number>>;

/** At a time: more than any route takes at once. */
const inFlight = 40;

/**
 * Asks for pages that are not there, on loopback, as fast as they are answered.
 * @param url of the API of the stack, without a slash at its end
 * @param requests how many in all, or how many at least
 * @param goesOn asked before each request beyond these
 */
export async function flood(url: string, requests: number, goesOn: () => boolean = () => false): Promise<Answers> {
  const answers: Record<number, number> = {};
  let sent = 0;
  const worker = async () => {
    while (sent < requests || goesOn()) {
      sent += 1;
      const { status } = await fetch(`${url}/decide/nobody-${sent}`, { signal: AbortSignal.timeout(60_000) });
      answers[status] = (answers[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return answers;
}
