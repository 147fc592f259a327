import net from 'node:net';
import { TLSSocket } from 'node:tls';
import pg from 'pg';
import * as z from 'zod';
import { migrationQuery, postgresqlDialect } from './migrations.ts';
import type { SqlFacts, SqlQuestion } from './question.ts';
import { type ReachedServer, watched } from './reached-server.ts';
import { migrationRow, truth, versionIn, whole } from './rows.ts';

/**
 * Every connection counts, those of other databases of the server too. `pg_stat_database` shows them to each user; `pg_stat_activity` shows
 * to each user whose they are. A user that is read-only itself, as that of a probe may well be, does not make its server so.
 */
const stateQuery = `SELECT pg_is_in_recovery() OR COALESCE((SELECT setting = 'on' AND source NOT IN ('user', 'database user')
    FROM pg_settings WHERE name = 'default_transaction_read_only'), false) AS readonly,
  current_setting('server_version') AS version,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
  (SELECT COALESCE(SUM(numbackends), 0) FROM pg_stat_database) AS used,
  (SELECT COUNT(*) FROM pg_stat_activity WHERE usename = $1
    AND COALESCE(backend_type, 'client backend') = 'client backend') AS of_service`;
const stateRow = z.object({
  readonly: truth,
  version: z.string(),
  most: whole,
  used: whole,
  of_service: whole,
});

/**
 * Reads how a PostgreSQL server stands, through TLS alone, in a transaction that can write nothing.
 * @throws Error with a code of PostgreSQL or Node, a sentence of `pg`, or ServerRefused; of none may the text be shown
 */
export async function readPostgresql(
  { serviceUser, migrations }: SqlQuestion,
  server: ReachedServer,
  milliseconds: number,
): Promise<SqlFacts> {
  const socket = new net.Socket();
  const cut = Promise.withResolvers<never>();
  const stop = watched(socket, milliseconds, cut.reject);
  const client = clientOf(server, socket);
  // What comes after the end of an answer is no answer.
  client.on('error', () => undefined);
  const read = async (): Promise<SqlFacts> => {
    await client.connect();
    await client.query('BEGIN READ ONLY');
    const found = await client.query(stateQuery, [serviceUser ?? '']);
    const row = stateRow.parse(found.rows[0]);
    const applied =
      migrations && (await client.query(migrationQuery(migrations, postgresqlDialect), [migrations.expected]));
    return {
      version: versionIn(row.version),
      tls: tlsOf(client),
      isReadOnly: row.readonly,
      connections: {
        used: row.used,
        most: row.most,
        ...(serviceUser !== undefined && { ofService: row.of_service }),
      },
      ...(applied && { migrations: migrationState(migrationRow.parse(applied.rows[0])) }),
    };
  };
  try {
    return await Promise.race([read(), cut.promise]);
  } finally {
    stop();
    socket.destroy();
  }
}

export function migrationState({ applied, failed }: z.output<typeof migrationRow>): {
  readonly isApplied: boolean;
  readonly failed: number;
} {
  return { isApplied: applied > 0, failed };
}

function clientOf({ host, address, port, username, password, database, ca }: ReachedServer, socket: net.Socket) {
  return new pg.Client({
    host: address,
    port,
    user: username ?? '',
    password: password ?? '',
    database: database ?? 'postgres',
    application_name: 'sluice',
    stream: () => socket,
    // By its name: an address stands in `host`, so that what was checked is what is connected to.
    ssl: { servername: host, ca: [...ca] },
  });
}

const withStream = z.object({ connection: z.object({ stream: z.instanceof(TLSSocket) }) });

/** The protocol that was agreed on; `pg` does not show its connection. */
function tlsOf(client: pg.Client): string {
  return withStream.parse(client).connection.stream.getProtocol() ?? 'none';
}
