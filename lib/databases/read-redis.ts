import net from 'node:net';
import tls from 'node:tls';
import type { RedisFacts, RedisQuestion } from './question.ts';
import { type ReachedServer, watched } from './reached-server.ts';
import { repliesFrom } from './redis-replies.ts';
import { versionIn } from './rows.ts';

/**
 * Reads how a Redis or Valkey server stands: its PONG, and its memory.
 * @throws Error with a code of Redis or Node, or ServerRefused; of none may the text be shown
 */
export async function readRedis(
  question: RedisQuestion,
  server: ReachedServer,
  milliseconds: number,
): Promise<RedisFacts> {
  const raw = net.connect(server.port, server.address);
  const cut = Promise.withResolvers<never>();
  const stop = watched(raw, milliseconds, cut.reject);
  const socket = question.tls ? tls.connect({ socket: raw, servername: server.host, ca: [...server.ca] }) : raw;
  try {
    return await Promise.race([factsOf(socket, server), cut.promise]);
  } finally {
    stop();
    socket.destroy();
    raw.destroy();
  }
}

async function factsOf(socket: net.Socket, { username, password }: ReachedServer): Promise<RedisFacts> {
  const ask = asker(socket);
  if (password !== undefined) await ask(['AUTH', ...(username === undefined ? [] : [username]), password]);
  const pong = await ask(['PING']);
  if (pong !== 'PONG') throw new Error('no PONG');
  const ofServer = await ask(['INFO', 'server']);
  const ofMemory = await ask(['INFO', 'memory']);
  const ofPersistence = await ask(['INFO', 'persistence']);
  const version = fieldOf(ofServer, 'valkey_version') ?? fieldOf(ofServer, 'redis_version') ?? '';
  return {
    version: versionIn(version),
    tls: socket instanceof tls.TLSSocket ? (socket.getProtocol() ?? undefined) : undefined,
    isLoading: fieldOf(ofPersistence, 'loading') === '1',
    memory: { used: numberOf(ofMemory, 'used_memory'), most: numberOf(ofMemory, 'maxmemory') },
  };
}

/** Sends one command after another, each in the form of RESP; a reply that is an error is thrown by its code. */
function asker(socket: net.Socket): (command: readonly string[]) => Promise<string> {
  const next = repliesFrom(socket);
  return async (command) => {
    const parts = command.map((part) => `$${String(Buffer.byteLength(part))}\r\n${part}\r\n`);
    socket.write(`*${String(command.length)}\r\n${parts.join('')}`);
    const reply = await next();
    if (!reply.isError) return reply.text;
    throw Object.assign(new Error('an error of Redis'), { code: /^[A-Z]{2,20}/.exec(reply.text)?.[0] ?? 'ERR' });
  };
}

function fieldOf(text: string, name: string): string | undefined {
  const line = text.split('\r\n').find((one) => one.startsWith(`${name}:`));
  return line?.slice(name.length + 1);
}

/** @throws Error where a number is not said, or is none */
function numberOf(text: string, name: string): number {
  const said = fieldOf(text, name);
  if (said === undefined || !/^\d{1,15}$/.test(said)) throw new Error(`no ${name}`);
  return Number(said);
}
