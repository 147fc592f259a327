import { describe, expect, test } from '@jest/globals';
import { Help } from 'commander';
import { processContext } from '../../lib/cli/process-context.ts';
import { listed, verbs } from '../../lib/cli/verbs.ts';

describe('the list of verbs', () => {
  test.each(verbs)('shows $name as it is', async (verb) => {
    const real = (await verb.load())({ ...processContext(), exitWith: () => undefined });
    const help = new Help();
    const shown = listed(verb);

    expect(real.name()).toBe(verb.name);
    expect(help.subcommandTerm(shown)).toBe(help.subcommandTerm(real));
    expect(help.subcommandDescription(shown)).toBe(help.subcommandDescription(real));
  });

  test('names each verb once', () => {
    expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length);
  });
});
