import { beforeAll, describe, expect, test } from '@jest/globals';
import { build, type Metafile } from 'esbuild';
import { projectRoot } from '../../local/stack/project-root.ts';

let inputs: Metafile['inputs'];

/** The SDK's clients that are loaded with a file, and not only where something asks for them. */
function clientsOf(file: string): readonly string[] {
  const loaded = new Set([file]);
  for (const one of loaded) {
    for (const { path, kind } of inputs[one]?.imports ?? []) {
      if (kind !== 'dynamic-import') loaded.add(path);
    }
  }
  const clients = [...loaded].flatMap((one) => /node_modules\/@aws-sdk\/client-([a-z0-9-]+)\//.exec(one)?.[1] ?? []);
  return [...new Set(clients)].sort();
}

describe('the clients of AWS', () => {
  beforeAll(async () => {
    const { metafile } = await build({
      ...{ absWorkingDir: projectRoot, entryPoints: ['lib/cli/main.ts'], outdir: 'nowhere', write: false },
      ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', mainFields: ['module', 'main'] },
      ...{ metafile: true, logLevel: 'error' },
    });
    inputs = metafile.inputs;
  });

  test('are not loaded by the program, and not by a verb itself', () => {
    const verbs = Object.keys(inputs).filter((file) => file.startsWith('lib/cli/commands/'));

    expect(verbs.length).toBeGreaterThan(30);
    expect(['lib/cli/main.ts', ...verbs].filter((file) => clientsOf(file).length > 0)).toEqual([]);
  });

  test.each([
    ['connect', ['dynamodb']],
    ['connect-executions', ['sfn']],
    ['connect-commands', ['cloudformation']],
    ['connect-notifications', ['lambda', 'sqs']],
    ['connect-logs', ['cloudwatch-logs', 'ecs']],
    ['connect-slots', ['ecs', 'elastic-load-balancing-v2']],
    ['connect-registry', ['ecr']],
  ])('%s loads those alone that it asks', (file, clients) => {
    expect(clientsOf(`lib/cli/${file}.ts`)).toEqual(clients);
  });
});
