import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { type DatabaseServer, served, type ServerCertificate } from './place.ts';
import { programOf } from './programs.ts';

/** How a server is made. */
interface ServerSettings {
  /** Without it the server offers no TLS. */
  readonly certificate?: ServerCertificate | undefined;
  /** Of the user `orders`, and of Redis. */
  readonly password: string;
  /** Statements that the database `orders` is made with. */
  readonly statements?: readonly string[];
  /** Settings besides, as the server's command line takes them. */
  readonly options?: readonly string[];
}

/** Starts a PostgreSQL with the database `orders` and the user `orders`, its administrator. Durability is off: nothing of it is kept. */
export function startPostgresql({
  certificate,
  password,
  statements = [],
  options = [],
}: ServerSettings): Promise<DatabaseServer> {
  return served('postgresql', async (place) => {
    const data = path.join(place.folder, 'data');
    const passwords = place.file('password', password);
    await place.run(programOf('initdb', place.folder), [
      ...['--pgdata', data, '--username', 'orders', '--pwfile', passwords, '--auth', 'scram-sha-256'],
      ...['--no-sync', '--encoding', 'UTF8', '--no-locale'],
    ]);
    const tls = certificate && [
      ...['-c', 'ssl=on', '-c', `ssl_cert_file=${place.file('cert.pem', certificate.cert)}`],
      ...['-c', `ssl_key_file=${place.file('key.pem', certificate.key)}`],
    ];
    const fixed = ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
    const server = await place.serve(
      programOf('postgres', place.folder),
      (port) => ['-D', data, '-p', String(port), ...fixed, ...(tls ?? []), ...options],
      /database system is ready to accept connections/,
    );
    await postgresqlWith(server.port, password, 'postgres', ['CREATE DATABASE orders']);
    await postgresqlWith(server.port, password, 'orders', statements);
    return server;
  });
}

async function postgresqlWith(port: number, password: string, database: string, statements: readonly string[]) {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'orders', password, database });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Starts a MariaDB with the database `orders`, and the user `orders` who may do all in it. */
export function startMariadb({
  certificate,
  password,
  statements = [],
  options = [],
}: ServerSettings): Promise<DatabaseServer> {
  return served('mariadb', async (place) => {
    const program = programOf('mariadbd', place.folder);
    const share = path.join(program.usr, 'share/mysql');
    const fixed = [
      ...['--no-defaults', `--datadir=${place.folder}`, `--lc-messages-dir=${share}`],
      ...[`--character-sets-dir=${share}/charsets`, '--innodb-log-file-size=4M', '--innodb-flush-log-at-trx-commit=0'],
      ...['--innodb-use-native-aio=0', `--plugin-dir=${program.usr}/lib/mysql/plugin`],
    ];
    const system = ['mysql_system_tables.sql', 'mysql_performance_tables.sql', 'mysql_system_tables_data.sql'];
    const made = [
      'CREATE DATABASE mysql;',
      'USE mysql;',
      ...system.map((name) => readFileSync(path.join(share, name), 'utf8')),
      'FLUSH PRIVILEGES;',
      'CREATE DATABASE orders;',
      `CREATE USER orders@'%' IDENTIFIED BY '${password}';`,
      "GRANT ALL ON orders.* TO orders@'%';",
      'USE orders;',
      ...statements.map((statement) => `${statement};`),
    ];
    await place.run(program, [...fixed, '--bootstrap'], `${made.join('\n')}\n`);
    const tls = certificate && [
      `--ssl-cert=${place.file('cert.pem', certificate.cert)}`,
      `--ssl-key=${place.file('key.pem', certificate.key)}`,
    ];
    const served = ['--bind-address=127.0.0.1', `--socket=${place.folder}/socket`, ...(tls ?? ['--skip-ssl'])];
    return place.serve(
      program,
      (port) => [...fixed, ...served, `--port=${String(port)}`, ...options],
      /ready for connections/,
    );
  });
}

/** Starts a Redis that keeps nothing on disk. */
export function startRedis({ certificate, password, options = [] }: ServerSettings): Promise<DatabaseServer> {
  return served('redis', (place) => {
    const tls = certificate && [
      ...['--tls-cert-file', place.file('cert.pem', certificate.cert)],
      ...['--tls-key-file', place.file('key.pem', certificate.key), '--tls-auth-clients', 'no', '--port', '0'],
    ];
    return place.serve(
      programOf('redis-server', place.folder),
      (port) => [
        ...['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--requirepass', password],
        ...(tls === undefined ? ['--port', String(port)] : [...tls, '--tls-port', String(port)]),
        ...options,
      ],
      /Ready to accept connections/,
    );
  });
}
