import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { definitionOf } from '../statemachines/definitions.ts';
import { python } from './python.ts';

/** State RestoreTraffic of the rollback machine and what sums it up: what comes after that ends the machine, well or badly. */
function restorationAlone() {
  const names = ['RestoreTraffic', 'CountRestored', 'IsAnyRestored', 'CountOutcomes', 'IsRestored'];
  const ends = ['NotAllRestored', 'LeftToGreen', 'IsSecondTry', 'ConfirmRestored'];
  const { States } = definitionOf('rollback');
  const missing = [...names, ...ends].filter((name) => States[name] === undefined);
  if (missing.length > 0) throw new Error(`the rollback machine has no states ${missing.join(', ')}`);
  const failed = { Type: 'Fail', Error: 'NotRestored', Cause: 'a rule was not put back' };
  return {
    StartAt: 'RestoreTraffic',
    States: {
      ...Object.fromEntries(names.map((name) => [name, States[name]])),
      NotAllRestored: failed,
      LeftToGreen: failed,
      ConfirmRestored: { Type: 'Succeed' },
      IsSecondTry: { Type: 'Fail', Error: 'NotRestored', CausePath: '$.error.Cause' },
    },
  };
}

/** State RestoreWithoutTable alone, which reads the rules by itself and builds what it writes. */
function withoutTableAlone() {
  const { RestoreWithoutTable, IsPageDue } = definitionOf('rollback').States;
  if (RestoreWithoutTable === undefined || IsPageDue === undefined) {
    throw new Error('the rollback machine has no states RestoreWithoutTable and IsPageDue');
  }
  return { StartAt: 'RestoreWithoutTable', States: { RestoreWithoutTable, IsPageDue: { Type: 'Succeed' } } };
}

function onMoto(definition: unknown): Promise<unknown> {
  const child = spawn(python(), [path.join(import.meta.dirname, 'moto_restoration.py')]);
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(JSON.stringify({ definition }));
  return new Promise((resolve, reject) => {
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(out.trimEnd().split('\n').at(-1) ?? ''));
      else reject(new Error(`moto ended with ${code ?? 'a signal'}:\n${errors}`));
    });
  });
}

describe("the restoration without a function, on moto's load balancer", () => {
  test.each([
    ['by the live rules, of which the plan knows no login', restorationAlone],
    ['without the table', withoutTableAlone],
  ])(
    'puts a rule with a login and a default action back on blue %s, and keeps the login',
    async (_, alone) => {
      expect(await onMoto(alone())).toEqual({
        status: 'SUCCEEDED',
        error: '',
        cause: '',
        rule: [
          { type: 'authenticate-oidc', weights: {} },
          { type: 'forward', weights: { blue: 100, green: 0 } },
        ],
        listener: [{ type: 'forward', weights: { blue: 100, green: 0 } }],
      });
    },
    240_000,
  );
});
