import { InvalidArgumentError, Option } from 'commander';
import { nearName } from '../specification/near-name.ts';

/** Returns an option that takes one of a few words. Help and completion show the words, a mistake names the near one. */
export function choiceOption(flags: string, description: string, words: readonly string[]): Option {
  return new Option(flags, description).choices(words).argParser((written) => oneOf(words, written));
}

/** Returns one of a few words. @throws InvalidArgumentError for any other, with the near one */
export function oneOf<Word extends string>(words: readonly Word[], written: string): Word {
  const found = words.find((word) => word === written);
  if (found !== undefined) return found;
  const near = nearName(written, words);
  throw new InvalidArgumentError(`Expected ${words.join(', ')}${near === undefined ? '.' : `; did you mean ${near}?`}`);
}
