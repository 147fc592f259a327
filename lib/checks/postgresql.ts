import type { Check } from './check.ts';
import { observeSql, sqlExpected, sqlPage } from './sql-databases.ts';

/** A version that starts while its database takes no connections fails at its first request. */
export const postgresql: Check = {
  name: 'postgresql',
  expected: sqlExpected,
  page: sqlPage(
    'Do the PostgreSQL databases let the service in, with room left and at their migration?',
    'Database accepts connections',
  ),
  observe: (state, world) => observeSql('postgresql', state.spec.checks?.postgresql?.databases ?? [], state, world),
};
