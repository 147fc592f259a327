import { createServer } from 'node:net';

/** Somebody else took the port between the moment it was free and the moment it was used. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/** A TCP port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('a TCP server has no TCP address'));
        else resolve(address.port);
      });
    });
  });
}

/**
 * Uses a free port, and another one where that was taken meanwhile.
 * @param use rejects with {@link PortTaken} to get another port; any other error is passed on
 */
export async function onFreePort<Result>(
  use: (port: number) => Promise<Result>,
  { attempts = 5, first }: { readonly attempts?: number; readonly first?: number | undefined } = {},
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const port = attempt === 1 && first !== undefined ? first : await freePort();
    try {
      return await use(port);
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === attempts) throw error;
    }
  }
}
