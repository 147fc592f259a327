import type { SqlAnswer, SqlFacts, SqlQuestion } from '../databases/question.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { DatabaseSettings } from '../specification/data-checks.ts';
import { dataSeconds, type Seen, together, vpcOf } from './asked-data.ts';
import type { CheckPage, CheckWorld, Observation } from './check.ts';

/** What the checks of SQL databases expect, and what people read of them. */
export const sqlExpected =
  'every database to take a connection with TLS, to take writes, and to stand at its migration';

/** Returns what `docs/checks.md` says of the check of one kind of database. */
export function sqlPage(asked: string, answers: string): CheckPage {
  return {
    asks: asked,
    reads:
      'each database of `databases`, through the [data probe](deploy.md#databases-and-caches) in the VPC of the load balancer',
    rights: ['lambda:InvokeFunction', 'elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeListeners'],
    fails:
      'one refuses the connection, offers no TLS or another certificate, is in recovery or read-only, has `connections` percent of its connections taken (80 by default), or lacks the migration that is expected',
    fix: 'let the service in again as the reason says, apply the migration, or free connections',
    answers,
  };
}

/** Asks every database of a check at once, each for its own time. */
export async function observeSql(
  kind: SqlQuestion['kind'],
  databases: readonly DatabaseSettings[],
  { spec }: RolloutState,
  world: CheckWorld,
): Promise<Observation> {
  const vpcId = await vpcOf(spec, world);
  const seen = databases.map(async (settings) => {
    const { name, secret, host, port, database, serviceUser, migrations } = settings;
    const question = { kind, secret, host, port, database, serviceUser, migrations, timeoutSeconds: dataSeconds };
    return seenOf(name, await world.facts.database(vpcId, question), settings);
  });
  return together(await Promise.all(seen));
}

function seenOf(name: string, answer: SqlAnswer, settings: DatabaseSettings): Seen {
  if ('error' in answer) return { name, passed: false, isUnknown: true, saw: answer.error };
  if ('refused' in answer) return { name, passed: false, saw: answer.refused };
  const lacking = lackingIn(answer.sql, settings);
  return lacking.length > 0
    ? { name, passed: false, saw: lacking.join(', ') }
    : { name, passed: true, saw: summaryOf(answer.sql, settings) };
}

function lackingIn(facts: SqlFacts, settings: DatabaseSettings): readonly string[] {
  const { role, connections, migrations } = settings;
  const applied = facts.migrations;
  return [
    ...(role === 'writer' && facts.isReadOnly ? ['it is in recovery or read-only'] : []),
    ...(takenPercent(facts) >= connections ? [takenOf(facts, settings)] : []),
    ...(migrations && applied?.isApplied !== true ? [`the migration ${migrations.expected} is not applied`] : []),
    ...(applied !== undefined && applied.failed > 0 ? [`${String(applied.failed)} migrations failed half-way`] : []),
  ];
}

/** Green connects beside blue: what the service has now comes once more. */
function expectedOf({ connections: { used, ofService = 0 } }: SqlFacts): number {
  return used + ofService;
}

function takenPercent(facts: SqlFacts): number {
  return (100 * expectedOf(facts)) / Math.max(facts.connections.most, 1);
}

function takenOf(facts: SqlFacts, { connections }: DatabaseSettings): string {
  const { used, most, ofService = 0 } = facts.connections;
  const more = ofService > 0 ? `, and ${String(ofService)} more with green` : '';
  return `${String(used)} of ${String(most)} connections are taken${more}: the limit is ${String(connections)} %`;
}

function summaryOf(facts: SqlFacts, { migrations }: DatabaseSettings): string {
  const { used, most } = facts.connections;
  const at = migrations === undefined ? '' : `, at ${migrations.expected}`;
  return `${facts.version} by ${facts.tls}, ${String(used)} of ${String(most)} connections${at}`;
}
