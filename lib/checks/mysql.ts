import type { Check } from './check.ts';
import { observeSql, sqlExpected, sqlPage } from './sql-databases.ts';

/** A version that starts while its database takes no connections fails at its first request. */
export const mysql: Check = {
  name: 'mysql',
  expected: sqlExpected,
  page: sqlPage(
    'Do the MySQL and MariaDB databases let the service in, with room left and at their migration?',
    'Database accepts connections',
  ),
  observe: (state, world) => observeSql('mysql', state.spec.checks?.mysql?.databases ?? [], state, world),
};
