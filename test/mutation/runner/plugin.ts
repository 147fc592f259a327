import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import type { StrykerOptions } from '@stryker-mutator/api/core';
import * as z from 'zod';
import { InProcessRunner } from './test-runner.ts';

const settings = z.object({ inProcess: z.object({ files: z.array(z.string()), share: z.number(), turn: z.number() }) });

function inProcessRunner(options: StrykerOptions): InProcessRunner {
  return new InProcessRunner(settings.parse(options).inProcess);
}
inProcessRunner.inject = tokens(commonTokens.options);

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'in-process', inProcessRunner)];

/** The option of this plugin: the files with tests, and which mutants are tried. */
export const strykerValidationSchema = {
  properties: {
    inProcess: {
      type: 'object',
      properties: {
        files: { type: 'array', items: { type: 'string' } },
        share: { type: 'number' },
        turn: { type: 'number' },
      },
      required: ['files', 'share', 'turn'],
    },
  },
};
