import type { RedisAnswer, RedisFacts } from '../databases/question.ts';
import type { CacheSettings } from '../specification/data-checks.ts';
import { dataSeconds, type Seen, together, vpcOf } from './asked-data.ts';
import type { Check } from './check.ts';

/** A cache without memory left evicts what both versions need. */
export const redis: Check = {
  name: 'redis',
  expected: 'every cache to answer PING with PONG, with memory left',
  page: {
    asks: 'Do the Redis and Valkey caches answer, with memory left?',
    reads:
      'PING and INFO of each cache of `caches`, through the [data probe](deploy.md#databases-and-caches) in the VPC of the load balancer',
    rights: ['lambda:InvokeFunction', 'elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeListeners'],
    fails:
      'one refuses the connection, still loads its data, or has `memory` percent of its `maxmemory` taken (80 by default)',
    fix: 'let the service in again as the reason says, wait until the data is loaded, or give the cache more memory',
    answers: 'Redis answers PONG',
  },
  async observe({ spec }, world) {
    const vpcId = await vpcOf(spec, world);
    const seen = (spec.checks?.redis?.caches ?? []).map(async (settings) => {
      const { name, secret, host, port, tls } = settings;
      const question = { kind: 'redis', secret, host, port, tls, timeoutSeconds: dataSeconds } as const;
      return seenOf(name, await world.facts.cache(vpcId, question), settings);
    });
    return together(await Promise.all(seen));
  },
};

function seenOf(name: string, answer: RedisAnswer, settings: CacheSettings): Seen {
  if ('error' in answer) return { name, passed: false, isUnknown: true, saw: answer.error };
  if ('refused' in answer) return { name, passed: false, saw: answer.refused };
  return { name, ...judged(answer.redis, settings) };
}

function judged({ version, isLoading, memory }: RedisFacts, { memory: percent }: CacheSettings): Omit<Seen, 'name'> {
  if (isLoading) return { passed: false, saw: 'it still loads its data' };
  if (memory.most === 0) return { passed: true, saw: `${version}, PONG, no \`maxmemory\`` };
  const taken = `${megabytes(memory.used)} of ${megabytes(memory.most)} MB are taken`;
  return (100 * memory.used) / memory.most < percent
    ? { passed: true, saw: `${version}, PONG, ${taken}` }
    : { passed: false, saw: `${taken}: the limit is ${String(percent)} %` };
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
