import { CliFailure, type CliContext } from './cli-context.ts';

/**
 * Goes on where somebody at the terminal says yes, or where `--yes` was given.
 * @param what what is about to happen, as a sentence
 * @throws CliFailure where they say no, or where there is no terminal to ask at
 */
export async function confirm(
  what: string,
  isAgreed: boolean | undefined,
  { ask }: Pick<CliContext, 'ask'>,
): Promise<void> {
  if (isAgreed === true) return;
  const answer = await ask(`${what} Go on? [y/N] `);
  if (answer === undefined)
    throw new CliFailure(`${what} Nothing was done: there is no terminal to confirm at. Add --yes to go on without.`);
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliFailure('Nothing was done.');
}
