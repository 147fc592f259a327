import { type ChildProcessByStdio, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import type { Interpreter } from '../model/interpreter.ts';
import { python } from './python.ts';

const asked = z.object({ run: z.int(), ask: z.int(), state: z.string(), parameters: z.unknown() });
const ended = z.object({
  run: z.int(),
  end: z.object({ status: z.enum(['SUCCEEDED', 'FAILED']), error: z.string(), cause: z.string() }),
});
const message = z.union([asked, ended]);

type Run = Parameters<Interpreter['run']>[0];

/** moto's interpreter of state machines, in a process of its own; what a task does is answered by the model here. */
export class MotoInterpreter implements Interpreter {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #runs = new Map<number, Run & { readonly end: (end: z.output<typeof ended>['end']) => void }>();
  #started = 0;
  #told = '';
  #broken: Error | undefined;

  constructor() {
    this.#process = spawn(python(), [path.join(import.meta.dirname, 'moto_machine.py')], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface(this.#process.stdout).on('line', (line) => {
      this.#receive(line);
    });
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#told += text;
    });
    this.#process.once('close', () => {
      this.#fail(new Error(`moto's interpreter ended: ${this.#told}`));
    });
  }

  /** @throws where the interpreter itself broke, with what it said */
  run(run: Run): ReturnType<Interpreter['run']> {
    this.#started += 1;
    const number = this.#started;
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) {
        reject(this.#broken);
        return;
      }
      this.#runs.set(number, {
        ...run,
        end: ({ status, error, cause }) => {
          this.#runs.delete(number);
          resolve(status === 'SUCCEEDED' ? { status } : { status, error, cause });
        },
      });
      const { definition, input, execution } = run;
      this.#send({ run: number, definition, input, execution });
    });
  }

  stop(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }

  #receive(line: string): void {
    const parsed = message.safeParse(JSON.parse(line));
    if (!parsed.success) {
      this.#fail(new Error(`moto's interpreter said ${line}`));
      return;
    }
    const run = this.#runs.get(parsed.data.run);
    if ('end' in parsed.data) run?.end(parsed.data.end);
    else void this.#answer(parsed.data, run);
  }

  async #answer({ ask, state, parameters }: z.output<typeof asked>, run: Run | undefined): Promise<void> {
    try {
      this.#send({ ask, output: (await run?.task(state, parameters)) ?? {} });
    } catch (error) {
      const { name, message: cause } = error instanceof Error ? error : new Error(String(error));
      this.#send({ ask, error: name, cause });
    }
  }

  #send(value: unknown): void {
    this.#process.stdin.write(`${JSON.stringify(value)}\n`);
  }

  /** Nothing hangs: what still runs ends with the reason. */
  #fail(error: Error): void {
    this.#broken = error;
    for (const run of this.#runs.values()) run.end({ status: 'FAILED', error: 'Broken', cause: error.message });
  }
}
