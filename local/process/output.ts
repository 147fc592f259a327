import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type Stream = 'stdout' | 'stderr';

/** What a process printed: each line to whoever asks for it, the last ones kept for an error message. */
export interface Output {
  /** Calls back with each further line. */
  onLine(listener: (line: string, stream: Stream) => void): void;
  /** The last lines of both streams, oldest first. */
  tail(): string;
}

/**
 * Reads both streams to their end, so that a process never blocks on a full pipe.
 * @param keep how many lines `tail` returns
 */
export function readOutput(streams: Readonly<Record<Stream, Readable>>, keep = 30): Output {
  const listeners: ((line: string, stream: Stream) => void)[] = [];
  const last: string[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface({ input: streams[stream], crlfDelay: Infinity }).on('line', (line) => {
      last.push(line);
      if (last.length > keep) last.shift();
      for (const listener of listeners) listener(line, stream);
    });
  }
  return {
    onLine: (listener) => {
      listeners.push(listener);
    },
    tail: () => last.join('\n'),
  };
}
