import type { Socket } from 'node:net';

/** A reply of Redis: a line, or a text of a known length. */
interface Reply {
  readonly isError: boolean;
  readonly text: string;
}

/** More than any reply to PING or INFO has. */
const mostBytes = 262_144;

/**
 * Returns what waits for the next reply on a connection (RESP 2: simple strings, errors, integers and bulk strings).
 * @throws Error where the connection ends, a reply is of another kind, or is larger than any that is asked for
 */
export function repliesFrom(socket: Socket): () => Promise<Reply> {
  let unread = Buffer.alloc(0);
  let waiting: PromiseWithResolvers<Reply> | undefined;
  let broken: Error | undefined;

  const fail = (error: Error) => {
    broken ??= error;
    waiting?.reject(broken);
    waiting = undefined;
  };
  const deliver = () => {
    if (waiting === undefined) return;
    try {
      const taken = firstReply(unread);
      if (taken === undefined) return;
      unread = unread.subarray(taken.bytes);
      waiting.resolve(taken.reply);
      waiting = undefined;
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  };
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    if (unread.length > mostBytes) {
      fail(new Error('a reply that is too large'));
      socket.destroy();
      return;
    }
    deliver();
  });
  socket.on('error', fail);
  socket.on('close', () => {
    fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
  });
  return () => {
    if (broken !== undefined) return Promise.reject(broken);
    waiting = Promise.withResolvers();
    const { promise } = waiting;
    deliver();
    return promise;
  };
}

/** The first whole reply of what was read, and how many bytes it has; `undefined` while it is not whole. */
function firstReply(unread: Buffer): { readonly reply: Reply; readonly bytes: number } | undefined {
  const end = unread.indexOf('\r\n');
  if (end === -1) return undefined;
  const kind = unread.toString('latin1', 0, 1);
  const line = unread.toString('utf8', 1, end);
  if (kind === '+' || kind === ':') return { reply: { isError: false, text: line }, bytes: end + 2 };
  if (kind === '-') return { reply: { isError: true, text: line }, bytes: end + 2 };
  if (kind !== '$' || !/^\d{1,6}$/.test(line)) throw new Error('a reply of another kind');
  const from = end + 2;
  const to = from + Number(line);
  if (unread.length < to + 2) return undefined;
  return { reply: { isError: false, text: unread.toString('utf8', from, to) }, bytes: to + 2 };
}
