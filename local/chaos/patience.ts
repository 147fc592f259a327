import { sample } from '../sample/sample-names.ts';
import { applySpec, type LocalStack } from '../stack/local-stack.ts';
import { CameToNoHarm } from './run-scenario.ts';

/** Times of the sample's spec: those of a quiet machine, then those of slower ones. Half of the scenarios wait for the guard. */
const times = [
  { hold: '30s', guard: '20s' },
  { hold: '90s', guard: '60s' },
  { hold: '3m', guard: '150s' },
] as const;

/** What the guard's period has beside the spec's times: EventBridge Scheduler allows itself 60 s, and that is what is promised. */
const latenessSeconds = 60;

/**
 * Runs scenarios with the shortest times with which this machine's rollouts come to their harm: where one goes back before it, that
 * scenario and all later ones get longer times, and so a longer bound.
 * @returns runs one scenario, given the guard's period in seconds, and whether it is tried no more after this
 */
export function patient(stack: LocalStack, tell: (line: string) => void) {
  let chosen = 0;
  let applied: number | undefined;
  return async <T>(run: (guardSeconds: number, isLast: boolean) => Promise<T>): Promise<T> => {
    for (;;) {
      applied ??= await apply(stack, chosen);
      const isLast = chosen === times.length - 1;
      try {
        return await run(applied, isLast);
      } catch (error) {
        if (!(error instanceof CameToNoHarm) || isLast) throw error;
        chosen += 1;
        applied = undefined;
        tell(`  once more, with a guard of ${times[chosen]?.guard ?? ''}: ${error.message}`);
      }
    }
  };
}

/** @returns the guard's period of a bake, in seconds */
async function apply({ clients, service }: LocalStack, chosen: number): Promise<number> {
  await applySpec(clients, service, 'brisk', times[chosen]);
  const found = await clients.store.spec(sample.service);
  if (found === undefined) throw new Error('the spec of the sample was not applied');
  const { period, timeouts } = found.spec;
  return period + timeouts.guard + latenessSeconds;
}
