import { GetScheduleCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
import * as z from 'zod';
import type { GuardedRules, Guards, StackOptions } from './cli-context.ts';
import { impatientSettings } from './client-settings.ts';

/** As much of what a guard starts the rollback machine with as a person needs; see `without-table.ts`. */
const carried = z.object({
  rolloutId: z.string().min(1),
  withoutTable: z.object({
    rules: z
      .array(z.object({ kind: z.enum(['rule', 'listener']), arn: z.string(), blue: z.string(), green: z.string() }))
      .min(1),
  }),
});

/** The schedules of a stage, with the SDK's own chain for credentials, region and endpoints. Calls nothing yet. */
export function connectGuards({ stage, region }: StackOptions): Guards {
  const client = new SchedulerClient({ ...impatientSettings, ...(region === undefined ? {} : { region }) });
  const group = `sluice-${stage}`;
  return {
    async newestOf(service) {
      const names = await namesOf(client, group, service);
      for (const name of names) {
        const { Target } = await client.send(new GetScheduleCommand({ GroupName: group, Name: name }));
        const found = rulesIn(Target?.Input);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Names of the guards of a service's rollouts, the newest rollout first: an id has the time in it. */
async function namesOf(client: SchedulerClient, group: string, service: string): Promise<readonly string[]> {
  const names: string[] = [];
  const pages = paginateListSchedules({ client }, { GroupName: group, NamePrefix: `${service}-` });
  for await (const { Schedules = [] } of pages) names.push(...Schedules.flatMap(({ Name }) => Name ?? []));
  // Another service's name may begin with this one's.
  const own = /^\d{8}-\d{6}-[0-9a-f]{6}-(?:guard|g\d+|limit)$/;
  return names
    .filter((name) => own.test(name.slice(service.length + 1)))
    .sort((left, right) => (left < right ? 1 : -1));
}

function rulesIn(input: string | undefined): GuardedRules | undefined {
  try {
    const parsed = carried.safeParse(JSON.parse(input ?? ''));
    if (!parsed.success) return undefined;
    const { rolloutId, withoutTable } = parsed.data;
    return { rolloutId, rules: withoutTable.rules };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
