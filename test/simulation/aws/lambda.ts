import * as z from 'zod';
import type { Random } from '../../../lib/calibration/random.ts';
import { type ModelFunction, modelFunctions } from '../../model/functions.ts';
import type { World } from '../../../lib/ports/world.ts';
import type { FaultPlan } from '../faults/faults.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import { type Calls, NamedError, type Process } from './process.ts';
import { lifeOf } from './template.ts';

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly calls: Calls;
  readonly worldOf: (process: Process) => World;
  /** The function that the queue of deliveries calls. */
  readonly deliver: (event: unknown, process: Process, world: World) => Promise<unknown>;
  /** Somebody acts while a function is held up. */
  readonly meanwhile: (what: 'stopped' | 'asked-back', process: Process) => void;
}

/** The stream's function calls the use case that the machines call. */
function functionNamed(name: string): ModelFunction {
  const found = modelFunctions[name === 'PublishFromStream' ? 'PublishTransitions' : name];
  if (found === undefined) throw new Error(`test/model/functions.ts has no ${name}`);
  return found;
}

const owned = z.object({ rolloutId: z.string().optional(), fence: z.number().optional() });

/** For which rollout a function works, and by which right, where its input says so. */
function ownedIn(payload: unknown): Pick<Process, 'rolloutId' | 'fence'> {
  return owned.safeParse(payload).data ?? {};
}

type Named = ModelFunction | Parts['deliver'];

/** Runs functions as Lambda does: each in a process of its own, which may die, hang, or outlive its caller. */
export class Lambda {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Answers what the function answers. @throws NamedError as Step Functions names it */
  async invoke(name: string, payload: unknown, caller?: string): Promise<unknown> {
    const { calls, faults, clock, random } = this.#parts;
    const named = name === 'Deliver' ? this.#parts.deliver : functionNamed(name);
    const nth = calls.count(`function ${name}`);
    await clock.sleep(random.integer(5, 250));
    if (calls.isThrottled('lambda')) throw new NamedError('Lambda.TooManyRequestsException', 'Rate exceeded');
    await this.#refused();
    const isMeant = (fault: { readonly function: string; readonly nth: number }) =>
      fault.function === name && fault.nth === nth;
    const lost = faults.take('invocation-lost', isMeant);
    if (lost?.ran === false) throw new NamedError('Lambda.ServiceException', 'Service unavailable');

    const process: Process = {
      name,
      nth,
      caller,
      startedAt: clock.now(),
      ...ownedIn(payload),
      isDead: false,
      effects: 0,
    };
    const late = faults.take('late-write', isMeant);
    if (late !== undefined) process.landsAt = process.startedAt + late.seconds * 1000;
    const slow = faults.take('slow-look', isMeant);
    if (slow !== undefined) process.looksFor = slow.seconds * 1000;
    const meanwhile = late?.then ?? slow?.then ?? 'nothing';
    if (meanwhile !== 'nothing') {
      clock.after(random.integer(0, 3_000), () => {
        this.#parts.meanwhile(meanwhile, process);
      });
    }
    const answer = this.#run(process, named, payload);
    if (lost === undefined && late === undefined) return answer;
    // It runs on, and nobody hears how it ends.
    answer.catch(() => undefined);
    await clock.sleep(random.integer(50, 2_000));
    throw new NamedError('Lambda.SdkClientException', 'Connection reset');
  }

  /** @throws NamedError where Lambda itself cannot be used now, named as Step Functions names it */
  async #refused(): Promise<void> {
    try {
      await this.#parts.calls.refused('lambda');
    } catch (error) {
      if (!(error instanceof NamedError)) throw error;
      throw new NamedError(
        `Lambda.${error.name === 'TimeoutError' ? 'SdkClientException' : error.name}`,
        error.message,
      );
    }
  }

  #run(process: Process, named: Named, payload: unknown): Promise<unknown> {
    const { calls, clock, worldOf } = this.#parts;
    return new Promise((resolve, reject) => {
      process.onDeath = reject;
      const life = lifeOf(process.name) * 1000;
      const end = clock.after(life, () => {
        calls.end(
          process,
          new NamedError('Sandbox.Timedout', `Task timed out after ${String(life / 1000)}.00 seconds`),
        );
      });
      const world = worldOf(process);
      const answered =
        named === this.#parts.deliver
          ? this.#parts.deliver(payload, process, world)
          : (named as ModelFunction)(payload, world);
      answered
        .then(resolve, (error: unknown) => {
          const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
          reject(new NamedError(errorType, JSON.stringify({ errorType, errorMessage })));
        })
        .finally(() => {
          end.isCleared = true;
        });
    });
  }
}
