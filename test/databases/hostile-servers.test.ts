import net from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, test } from '@jest/globals';
import { answerQuestion } from '../../lib/databases/answer-question.ts';
import { certificate } from '../../local/databases/certificates.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const authority = certificate({ name: 'Test Authority', until: inDays(3650), isAuthority: true });
const good = certificate({ name: 'localhost', until: inDays(90), issuer: authority });
const noBucket = () => Promise.resolve({ error: 'not asked' });
const password = 'planted-hunter2-secret';

const servers: net.Server[] = [];
const sockets = new Set<net.Socket>();
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

/** A server on this machine; returns its port. */
async function serve(answer: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    answer(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

/** TLS on a connection that began without it. */
function secured(socket: net.Socket, answer: (secure: tls.TLSSocket) => void): void {
  const secure = new tls.TLSSocket(socket, { isServer: true, cert: good.cert, key: good.key });
  secure.on('error', () => undefined);
  secure.on('secure', () => {
    answer(secure);
  });
}

async function ask(
  kind: string,
  port: number,
  question: Readonly<Record<string, unknown>> = {},
  { isLocal = true, hosts = [], credentials = {}, ca = [authority.cert] }: Partial<Setting> = {},
) {
  const kept = { host: 'localhost', port, username: 'orders', password, dbname: 'orders', ...credentials };
  const event = {
    kind,
    secret: 'secretsmanager:orders',
    timeoutSeconds: 5,
    ...(kind === 'redis' && { tls: true }),
    ...question,
  };
  const secret = () => Promise.resolve(JSON.stringify(kept));
  const answer = await answerQuestion(event, { secret, bucket: noBucket, hosts, ca, isLocal });
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  return answer;
}

interface Setting {
  readonly isLocal: boolean;
  readonly hosts: readonly string[];
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly ca: readonly string[];
}

/** What PostgreSQL says once TLS is up. */
const postgresql = (answer: (secure: tls.TLSSocket) => void) =>
  serve((socket) => {
    socket.once('data', () => {
      socket.write('S');
      secured(socket, answer);
    });
  });
/** A message of PostgreSQL: its type, and its length with itself. */
const message = (type: string, content: Buffer) => {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), size, content]);
};
/** A packet of MySQL: its length in three bytes, and its number. */
const packet = (number: number, content: Buffer) =>
  Buffer.concat([Buffer.from([content.length & 0xff, content.length >> 8, 0, number]), content]);
const capabilities = { ssl: 0x0800, others: 0xf7ff };
/** The greeting of MySQL 8, with or without TLS. */
const greeting = (flags: number) =>
  packet(
    0,
    Buffer.concat([
      Buffer.from([10]),
      Buffer.from('8.0.0\0'),
      Buffer.from([1, 0, 0, 0]),
      Buffer.from('abcdefgh\0'),
      Buffer.from([flags & 0xff, flags >> 8, 45, 2, 0, 0xff, 0x81, 21]),
      Buffer.alloc(10),
      Buffer.from('ijklmnopqrst\0mysql_native_password\0'),
    ]),
  );

/** A text of Redis. */
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;

const flood = (socket: net.Socket) => {
  const chunk = Buffer.alloc(65_536, 'x');
  const more = () => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on('drain', more);
  more();
};

describe.each(['postgresql', 'mysql', 'redis'])('the probe asks a %s', (kind) => {
  test('that never answers, for its own time', async () => {
    const port = await serve(() => undefined);

    expect(await ask(kind, port, { timeoutSeconds: 0.3 })).toEqual({ error: 'no answer within 0.3 s' });
  });

  test('that says no sense', async () => {
    const port = await serve((socket) => socket.end(`planted hunter2 ${'\0\u{1}\n'.repeat(50)}`));
    const answer = await ask(kind, port);

    expect(Object.keys(answer)).toEqual([expect.stringMatching(/^(?:error|refused)$/)]);
  });

  test('that closes at once', async () => {
    const port = await serve((socket) => socket.destroy());
    const answer = await ask(kind, port);

    expect(Object.keys(answer)).toEqual([expect.stringMatching(/^(?:error|refused)$/)]);
  });

  test('at no address of this machine, but on a local stack', async () => {
    const port = await serve(() => undefined);

    expect(await ask(kind, port, {}, { isLocal: false })).toEqual({
      refused: 'its name leads to a loopback, link-local, metadata or reserved address',
    });
  });
});

/** A server that keeps what it gets, in clear text where it is sent so. */
async function listen(answer: (socket: net.Socket) => void = () => undefined) {
  const got: Buffer[] = [];
  const port = await serve((socket) => {
    socket.on('data', (chunk: Buffer) => got.push(chunk));
    answer(socket);
  });
  return { port, got: () => Buffer.concat(got).toString('latin1') };
}
/** A cache that lets everybody in without TLS. */
const plainRedis = () =>
  listen((socket) => {
    socket.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      if (text.includes('AUTH')) socket.write('+OK\r\n');
      else if (text.includes('PING')) socket.write('+PONG\r\n');
      else socket.write(bulk('redis_version:7\r\nloading:0\r\nused_memory:10\r\nmaxmemory:100\r\n'));
    });
  });

describe('a password is sent to nobody', () => {
  test('without TLS: to a PostgreSQL that offers none', async () => {
    const { port, got } = await listen((socket) => socket.once('data', () => socket.write('N')));

    expect(await ask('postgresql', port)).toEqual({ refused: 'it offers no TLS' });
    // Its request for TLS, and nothing behind it.
    expect(got()).toBe('\0\0\0\u{8}\u{4}\u{d2}\u{16}\u{2f}');
  });

  test('without TLS: to a MySQL that offers none', async () => {
    const { port, got } = await listen((socket) => socket.write(greeting(capabilities.others)));

    expect(await ask('mysql', port)).toEqual({ refused: 'it offers no TLS' });
    expect(got()).toBe('');
  });

  test.each([{}, { tls: true }, { tls: 'no' }])(
    'without TLS, as a spec alone says: the secret has %j',
    async (said) => {
      const { port, got } = await plainRedis();

      expect(await ask('redis', port, { tls: false }, { credentials: said })).toEqual({
        error: expect.stringContaining('the secret does not say `"tls": false`'),
      });
      expect(got()).toBe('');
    },
  );

  test.each(['postgresql', 'mysql', 'redis'])('of the host of a %s, on a port that a spec alone says', async (kind) => {
    const { port, got } = await plainRedis();

    expect(await ask(kind, port, { port }, { credentials: { port: 1 } })).toEqual({
      error: expect.stringContaining(`the secret does not say \`port\` ${port}`),
    });
    expect(got()).toBe('');
  });
});

test.each([
  ['its secret says so', { credentials: { tls: false } }],
  ['its secret says so as text', { credentials: { tls: 'false' } }],
  ['the stack of the probe allows the host', { hosts: ['localhost'] }],
])('a cache is asked without TLS where %s', async (_, setting) => {
  const { port } = await plainRedis();

  expect(await ask('redis', port, { tls: false, port }, setting)).toMatchObject({ redis: { version: '7' } });
});

test('a port that a spec says is asked where the stack of the probe allows the host', async () => {
  const { port } = await plainRedis();
  const setting = { hosts: ['localhost'], credentials: { port: 1 } };

  expect(await ask('redis', port, { tls: false, port }, setting)).toMatchObject({ redis: { version: '7' } });
});

test('an error of PostgreSQL is shown by its code, as its text may hold the password', async () => {
  const port = await postgresql((secure) => {
    secure.once('data', () => {
      secure.write(message('R', Buffer.from([0, 0, 0, 3])));
      secure.once('data', () => secure.write(message('E', Buffer.from(`SFATAL\0C28P01\0M${password}\0\0`))));
    });
  });

  expect(await ask('postgresql', port)).toEqual({ refused: 'it refuses the user or the password' });
});

test('a code of PostgreSQL that is not known is named, and one that is none is not', async () => {
  const saying = (code: string) =>
    postgresql((secure) => {
      secure.once('data', () => secure.write(message('E', Buffer.from(`SFATAL\0C${code}\0M${password}\0\0`))));
    });

  expect(await ask('postgresql', await saying('XX000'))).toEqual({ error: 'an error that is not known: XX000' });
  expect(await ask('postgresql', await saying(`it is ${password}`))).toEqual({
    error: 'an answer that is not understood',
  });
  expect(await ask('postgresql', await saying('constructor'))).toEqual({ error: 'an answer that is not understood' });
});

test.each(['postgresql', 'redis'])('a flood of a %s is cut off', async (kind) => {
  const port =
    kind === 'redis'
      ? await serve((socket) => {
          secured(socket, flood);
        })
      : await postgresql(flood);
  const answer = await ask(kind, port, { timeoutSeconds: 10 });

  expect(answer).not.toEqual({ error: 'no answer within 10 s' });
  expect(Object.keys(answer)).toEqual([expect.stringMatching(/^(?:error|refused)$/)]);
});

test('a MySQL that asks for a file of the probe gets none', async () => {
  const got: Buffer[] = [];
  const port = await serve((socket) => {
    socket.write(greeting(capabilities.others | capabilities.ssl));
    socket.once('data', (first: Buffer) => {
      // What came behind its request for TLS belongs to TLS.
      socket.pause();
      if (first.length > 36) socket.unshift(first.subarray(36));
      secured(socket, (secure) => {
        let asked = 0;
        secure.on('data', (chunk: Buffer) => {
          got.push(chunk);
          asked += 1;
          if (asked === 1) secure.write(packet((chunk[3] ?? 0) + 1, Buffer.from([0, 0, 0, 2, 0, 0, 0])));
          else if (asked === 2) secure.write(packet(1, Buffer.from('\u{fb}/etc/passwd', 'latin1')));
          else secure.destroy();
        });
      });
    });
  });
  const answer = await ask('mysql', port, { timeoutSeconds: 10 });

  expect(answer).not.toHaveProperty('sql');
  expect(Buffer.concat(got).toString('latin1')).not.toContain('root:');
  expect(Buffer.concat(got).toString('latin1')).toContain('max_connections');
});

test.each([
  ['a version with words of the server', bulk('redis_version:7 planted\r\nloading:0\r\n'), /"version":"7"/],
  ['a reply of another kind', '*1\r\n$3\r\nfoo\r\n', /not understood/],
  ['a length that is none', '$-1\r\n', /not understood/],
  ['a length that is too large', '$9999999\r\n', /not understood/],
])('of Redis, %s', async (_, reply, said) => {
  const port = await serve((socket) => {
    secured(socket, (secure) => {
      secure.on('data', (chunk: Buffer) => {
        const text = chunk.toString();
        if (text.includes('AUTH')) secure.write('+OK\r\n');
        else if (text.includes('PING')) secure.write('+PONG\r\n');
        else if (text.includes('memory')) secure.write(bulk('used_memory:10\r\nmaxmemory:100\r\n'));
        else secure.write(reply);
      });
    });
  });

  expect(JSON.stringify(await ask('redis', port))).toMatch(said);
});

test.each([undefined, null, {}, { kind: 'oracle' }, { kind: 'mysql', timeoutSeconds: 9999 }, 'text'])(
  'a question that is none is answered so: %j',
  async (event) => {
    const setting = {
      secret: () => Promise.reject(new Error('unread')),
      bucket: noBucket,
      hosts: [],
      ca: [],
      isLocal: true,
    };

    expect(await answerQuestion(event, setting)).toEqual({
      error: 'the question is not one that this probe knows: deploy it again',
    });
  },
);

test.each([
  ['cannot be read', () => Promise.reject(new Error('AccessDeniedException')), 'cannot be read: AccessDeniedException'],
  ['is no JSON', () => Promise.resolve(password), 'is no JSON with `username` and `password`'],
  ['is JSON of another kind', () => Promise.resolve(`["${password}"]`), 'is no JSON with `username` and `password`'],
])('a secret that %s is named, and not shown', async (_, secret, said) => {
  const event = { kind: 'mysql', secret: 'ssm:/orders', timeoutSeconds: 2 };

  expect(await answerQuestion(event, { secret, bucket: noBucket, hosts: [], ca: [], isLocal: true })).toEqual({
    error: `the secret ssm:/orders ${said}`,
  });
});
