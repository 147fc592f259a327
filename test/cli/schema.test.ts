import { expect, test } from '@jest/globals';
import { rolloutJsonSchema } from '../../lib/specification/json-schema.ts';
import { FakeCli } from './cli-harness.ts';

test('sluice schema prints the JSON Schema of a spec, and asks no AWS', async () => {
  const cli = new FakeCli();
  const { code, out, err } = await cli.run('schema');

  expect([code, err, cli.connected]).toEqual([0, [], []]);
  expect(JSON.parse(out.join('\n'))).toEqual(JSON.parse(JSON.stringify(rolloutJsonSchema())));
});
