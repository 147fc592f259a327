import { readFileSync } from 'node:fs';

/** What one client of the log did in one minute. */
export interface ClientMinute {
  /** Number of the client, from 0. */
  readonly client: number;
  readonly requests: number;
  readonly errors: number;
}

/** The numbers of a recorded series, one a line below its heading. */
export function readNumbers(file: string): readonly number[] {
  return linesOf(file).map((line) => {
    const value = Number(line);
    if (line === '' || !Number.isFinite(value))
      throw new Error(`${file} has ${JSON.stringify(line)}, expected a number`);
    return value;
  });
}

/** The minutes of the web server's log, each with its clients. */
export function readLog(): readonly (readonly ClientMinute[])[] {
  return linesOf('web-log-by-client.txt').map((line) =>
    line
      .split(' ')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const [client = '', requests = '1', errors = '0'] = entry.split(':');
        return { client: Number.parseInt(client, 36), requests: Number(requests), errors: Number(errors) };
      }),
  );
}

function linesOf(file: string): readonly string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
    .replace(/\n$/, '')
    .split('\n')
    .slice(1);
}
