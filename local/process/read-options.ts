import { parseArgs, type ParseArgsConfig } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ readonly options: T }>>['values'];

/**
 * Reads the options of a command of this repository. `--help` goes to stdout and ends the process with 0; options that cannot
 * be understood are told on stderr, with what can, and end it with 2 before anything is started.
 */
export function readOptions<const T extends Options>(help: string, options: T): Values<T> {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${help}\n`);
    process.exit(0);
  }
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    return refuseOptions(help, error instanceof Error ? error.message : String(error));
  }
}

/** Ends the process: its options cannot be understood, and why. */
export function refuseOptions(help: string, why: string): never {
  process.stderr.write(`${help}\nerror: ${why}\n`);
  process.exit(2);
}

/** A whole number among the options; what is none ends the process as a misunderstood option does. */
export function wholeOption(help: string, name: string, written: string, most: number): number {
  const value = /^[1-9]\d{0,9}$/.test(written) ? Number(written) : Number.NaN;
  if (value <= most) return value;
  return refuseOptions(help, `--${name} is ${JSON.stringify(written)}, expected a whole number, 1 to ${most}`);
}
