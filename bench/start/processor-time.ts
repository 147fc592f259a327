import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Returns the milliseconds of processor time, of the program and the kernel together, that Node and what it starts take to its end. Other
 * processes of the machine make it wait, and change little of that.
 * @throws Error where it does not exit with 0
 */
export async function processorMs(
  node: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  // The shell's `times` says on its second line what its children took.
  const { stdout } = await run('bash', ['-c', '"$0" "$@" >/dev/null && times', node, ...args], { env });
  return milliseconds(stdout);
}

function milliseconds(times: string): number {
  const [, children = ''] = times.split('\n');
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  if (parts.length !== 2) throw new Error(`The shell's times read otherwise than expected: ${times}`);
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1_000, 0);
}
