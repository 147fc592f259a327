import type { MigrationSettings } from '../specification/data-checks.ts';

interface Tool {
  readonly table: string;
  /** The version of a row, as people write it. */
  readonly version: string;
  /** Rows that are applied; every row without it. */
  readonly applied?: string;
  /** Rows of migrations that failed half-way. */
  readonly failed?: string;
}

/** Tables of the tools as each makes them, in words that PostgreSQL and MySQL both take. */
const tools: Readonly<Record<MigrationSettings['tool'], Tool>> = {
  flyway: { table: 'flyway_schema_history', version: 'version', applied: 'success', failed: 'NOT success' },
  liquibase: { table: 'databasechangelog', version: 'id' },
  prisma: {
    table: '_prisma_migrations',
    version: 'migration_name',
    applied: 'finished_at IS NOT NULL AND rolled_back_at IS NULL',
    failed: 'finished_at IS NULL AND rolled_back_at IS NULL',
  },
  rails: { table: 'schema_migrations', version: 'version' },
  knex: { table: 'knex_migrations', version: 'name' },
  'golang-migrate': { table: 'schema_migrations', version: 'version', applied: 'NOT dirty', failed: 'dirty' },
  alembic: { table: 'alembic_version', version: 'version_num' },
  django: { table: 'django_migrations', version: "CONCAT(app, '.', name)" },
};

/** How a dialect of SQL writes what differs. */
interface Dialect {
  readonly quote: string;
  readonly text: string;
  readonly placeholder: string;
}

export const postgresqlDialect: Dialect = { quote: '"', text: 'TEXT', placeholder: '$1' };
export const mysqlDialect: Dialect = { quote: '`', text: 'CHAR', placeholder: '?' };

/**
 * Returns the query that counts, of a table of migrations, the rows of the expected one (`applied`) and those that failed (`failed`). The
 * expected one is its only parameter, and the table's name was matched when the question was read.
 */
export function migrationQuery({ tool, table }: MigrationSettings, { quote, text, placeholder }: Dialect): string {
  const { table: usual, version, applied = 'TRUE', failed = 'FALSE' } = tools[tool];
  const from = (table ?? usual)
    .split('.')
    .map((part) => `${quote}${part}${quote}`)
    .join('.');
  return [
    `SELECT (SELECT COUNT(*) FROM ${from} WHERE CAST(${version} AS ${text}) = ${placeholder} AND ${applied}) AS applied,`,
    `(SELECT COUNT(*) FROM ${from} WHERE ${failed}) AS failed`,
  ].join(' ');
}
