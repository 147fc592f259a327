import net from 'node:net';
import { TLSSocket } from 'node:tls';
import { createConnection, type Connection } from 'mysql2';
import * as z from 'zod';
import { migrationQuery, mysqlDialect } from './migrations.ts';
import type { SqlFacts, SqlQuestion } from './question.ts';
import { type ReachedServer, watched } from './reached-server.ts';
import { migrationState } from './read-postgresql.ts';
import { Unreadable } from './refusals.ts';
import { migrationRow, truth, versionIn, whole } from './rows.ts';

/** Of MariaDB and MySQL alike; a reader of Aurora shows itself by `innodb_read_only`. */
const stateQuery = `SELECT @@version AS version, @@max_connections AS most,
  @@global.read_only OR @@innodb_read_only AS readonly`;
const stateRow = z.object({ version: z.string(), most: whole, readonly: truth });
const taken = `SHOW GLOBAL STATUS LIKE 'Threads_connected'`;
const takenRow = z.object({ Value: whole });
/** Without the right PROCESS a user sees its own connections alone. */
const ofUser = `SELECT COUNT(*) AS visible, COALESCE(SUM(user = ?), 0) AS ofservice,
  COALESCE(SUM(user <> SUBSTRING_INDEX(USER(), '@', 1)), 0) AS ofothers FROM information_schema.processlist`;
const ofUserRow = z.object({ visible: whole, ofservice: whole, ofothers: whole });

/**
 * Reads how a MySQL or MariaDB server stands, through TLS alone. No file of the probe is ever sent, whatever the server asks for.
 * @throws Unreadable where a right is lacking; Error with a code of MySQL or Node, or ServerRefused, whose text may not be shown
 */
export async function readMysql(
  { serviceUser, migrations }: SqlQuestion,
  server: ReachedServer,
  milliseconds: number,
): Promise<SqlFacts> {
  const socket = net.connect(server.port, server.address);
  const cut = Promise.withResolvers<never>();
  const stop = watched(socket, milliseconds, cut.reject);
  const connection = connectionOf(server, socket);
  const failed = new Promise<never>((_, reject) => connection.on('error', reject));
  const read = async (): Promise<SqlFacts> => {
    const row = stateRow.parse(await firstRow(connection, stateQuery));
    const { Value: used } = takenRow.parse(await firstRow(connection, taken));
    const ofService = serviceUser === undefined ? undefined : await countOf(connection, serviceUser, used, server);
    const applied =
      migrations && (await firstRow(connection, migrationQuery(migrations, mysqlDialect), [migrations.expected]));
    return {
      version: versionIn(row.version),
      tls: tlsOf(connection),
      isReadOnly: row.readonly,
      connections: { used, most: row.most, ofService },
      ...(applied !== undefined && { migrations: migrationState(migrationRow.parse(applied)) }),
    };
  };
  try {
    return await Promise.race([read(), cut.promise, failed]);
  } finally {
    stop();
    connection.destroy();
    socket.destroy();
  }
}

/** @throws Unreadable where the connections of another user are there, and are not shown */
async function countOf(
  connection: Connection,
  serviceUser: string,
  used: number,
  { username }: ReachedServer,
): Promise<number> {
  const { visible, ofservice, ofothers } = ofUserRow.parse(await firstRow(connection, ofUser, [serviceUser]));
  if (serviceUser === username || ofothers > 0 || visible >= used) return ofservice;
  throw new Unreadable(
    `the user of the secret sees its own connections alone, and not those of ${serviceUser}: it lacks PROCESS. GRANT PROCESS ON *.* to it, or leave serviceUser out of the spec`,
  );
}

function connectionOf({ host, port, username, password, database, ca }: ReachedServer, socket: net.Socket): Connection {
  return createConnection({
    host,
    port,
    user: username ?? '',
    password: password ?? '',
    ...(database !== undefined && { database }),
    stream: () => socket,
    ssl: { ca: [...ca], rejectUnauthorized: true, verifyIdentity: true },
    // No parser is compiled for an answer, no file is sent, one statement is one statement.
    disableEval: true,
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
    charset: 'utf8mb4',
    connectAttributes: { program_name: 'sluice' },
  });
}

const rows = z.array(z.looseObject({}));

function firstRow(connection: Connection, sql: string, values: readonly string[] = []): Promise<unknown> {
  return new Promise((resolve, reject) => {
    connection.query(sql, [...values], (error, found) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const parsed = rows.safeParse(found);
      resolve(parsed.success ? parsed.data[0] : undefined);
    });
  });
}

const withStream = z.object({ stream: z.instanceof(TLSSocket) });

/** The protocol that was agreed on; `mysql2` does not show its connection. */
function tlsOf(connection: Connection): string {
  return withStream.parse(connection).stream.getProtocol() ?? 'none';
}
