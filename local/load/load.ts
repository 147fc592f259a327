import { checkLoad, type CheckedLoad, type LoadOptions } from './load-options.ts';
import { type LoadReport, LoadTally } from './load-report.ts';
import { type Requester, requesterFor } from './requester.ts';

/** Load that is being sent. */
export interface Load {
  /** The requests that have ended so far. */
  report(): LoadReport;
  /** Sends no more, waits for the requests under way, and reports them all. */
  stop(): Promise<LoadReport>;
  /** Settles after `stop`, or when the time is over. */
  readonly ended: Promise<LoadReport>;
}

/**
 * Sends requests at a constant rate, whether or not earlier ones were answered (an open loop): the k-th is due k intervals
 * after the start. A server that stalls thus meets the same load as one that does not, and each request that it delayed counts
 * with its whole delay.
 * @throws {BadLoadOption} before anything is sent
 */
export function startLoad(options: LoadOptions): Load {
  const checked = checkLoad(options);
  const tally = new LoadTally();
  const requester = requesterFor(checked);
  const sending = sendOnSchedule(checked, requester, tally);
  const ended = sending.ended.then(() => {
    requester.close();
    return tally.report();
  });
  return {
    report: () => tally.report(),
    stop: () => {
      sending.stop();
      return ended;
    },
    ended,
  };
}

interface Sending {
  stop(): void;
  readonly ended: Promise<void>;
}

function sendOnSchedule(options: CheckedLoad, requester: Requester, tally: LoadTally): Sending {
  const intervalMs = 1000 / options.requestsPerSecond;
  const count = Math.ceil(options.maxSeconds * options.requestsPerSecond);
  const started = performance.now();
  const inFlight = new Set<Promise<void>>();
  const { promise: allSent, resolve: noMore } = Promise.withResolvers<undefined>();
  let next = 0;
  let timer: NodeJS.Timeout | undefined;

  const send = (due: number) => {
    const sendDelayMs = performance.now() - due;
    if (inFlight.size >= options.maxInFlight) {
      tally.add({ status: 'notSent', version: undefined, latencyMs: sendDelayMs, sendDelayMs });
      options.onAnswer({ sentAt: Date.now(), status: 'notSent', version: undefined });
      return;
    }
    const sentAt = Date.now();
    const request = requester.get().then(({ status, version }) => {
      inFlight.delete(request);
      options.onAnswer({ sentAt, status, version });
      tally.add({ status, version, latencyMs: performance.now() - due, sendDelayMs });
    });
    inFlight.add(request);
  };
  const tick = () => {
    // After a stall of this process several are due at once; none is left out.
    for (; next < count && started + next * intervalMs <= performance.now(); next += 1)
      send(started + next * intervalMs);
    if (next === count) noMore(undefined);
    else timer = setTimeout(tick, Math.max(1, started + next * intervalMs - performance.now()));
  };
  tick();
  return {
    stop: () => {
      clearTimeout(timer);
      noMore(undefined);
    },
    ended: allSent.then(async () => {
      await Promise.all(inFlight);
    }),
  };
}
