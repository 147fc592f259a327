import { ZodError, prettifyError } from 'zod';
import type { ControlRoutes } from '../api/server.ts';
import type { ChangeLog } from './changes.ts';
import type { Faults } from './faults.ts';
import type { Stats } from './stats.ts';

/** The fleet's own routes: truth for a demo, and orders to misbehave. */
export function controlRoutes(parts: {
  readonly stats: Stats;
  readonly changes: ChangeLog;
  readonly faults: Faults;
  readonly inFlight: () => number;
  readonly taskLog: (task: string) => object | undefined;
  /** Sets what AWS itself puts on a task definition. */
  readonly describe: (body: string) => object;
}): ControlRoutes {
  const { stats, changes, faults, inFlight, taskLog, describe } = parts;
  const routes: Readonly<Record<string, (body: string) => object>> = {
    'GET /_fleet/health': () => ({ status: 'ok' }),
    'GET /_fleet/stats': () => stats.report(inFlight()),
    'POST /_fleet/stats/reset': () => {
      stats.reset();
      return stats.report(inFlight());
    },
    'GET /_fleet/changes': () => changes.all(),
    'POST /_fleet/task-definition': describe,
    'GET /_fleet/misbehave': () => faults.active(),
    'POST /_fleet/misbehave': (body) => accepted(faults, body),
    'DELETE /_fleet/misbehave': () => {
      faults.clear();
      return faults.active();
    },
  };
  return (method, path, body) => {
    const log = /^\/_fleet\/tasks\/([0-9a-f]+)\/log$/.exec(path)?.[1];
    if (method === 'GET' && log !== undefined) return taskLog(log);
    return routes[`${method} ${path}`]?.(body);
  };
}

function accepted(faults: Faults, body: string): object {
  try {
    return faults.order(JSON.parse(body));
  } catch (error) {
    throw new Error(
      `the fleet cannot be told that: ${error instanceof ZodError ? prettifyError(error) : String(error)}`,
      { cause: error },
    );
  }
}
