import { describe, expect, test } from '@jest/globals';
import { accountTarget, localStackTarget } from '../../local/smoke/target.ts';

const mine = () => Promise.resolve('111122223333');
const nobody = () => Promise.reject(new Error('Could not load credentials'));
const named = { SLUICE_SMOKE_ACCOUNT: '111122223333', AWS_REGION: 'eu-west-1' };

describe('a smoke run', () => {
  test.each<[string, Record<string, string>, () => Promise<string>, string]>([
    ['no account is named', { AWS_REGION: 'eu-west-1' }, mine, 'no account was named'],
    ['no region is named', { SLUICE_SMOKE_ACCOUNT: '111122223333' }, mine, 'no region was named'],
    ['no credentials work', named, nobody, 'Could not load credentials'],
    [
      'the credentials are for another account',
      { ...named, SLUICE_SMOKE_ACCOUNT: '999988887777' },
      mine,
      'not for 999988887777',
    ],
  ])('is skipped with a sentence where %s', async (_, environment, whoAmI, reason) => {
    expect(await accountTarget(environment, whoAmI)).toEqual({
      outcome: 'skipped',
      reason: expect.stringMatching(new RegExp(`${reason}.*Set SLUICE_SMOKE_ACCOUNT`)),
    });
  });

  test('goes to the account that was named on purpose', async () => {
    expect(await accountTarget(named, mine)).toEqual({
      outcome: 'run',
      target: { name: 'account 111122223333 in eu-west-1', region: 'eu-west-1', environment: {} },
    });
  });

  test('goes to LocalStack with a token alone', () => {
    expect(localStackTarget({})).toMatchObject({ outcome: 'skipped' });
    expect(localStackTarget({ LOCALSTACK_AUTH_TOKEN: 'a token' })).toMatchObject({
      outcome: 'run',
      target: { environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' } },
    });
  });
});
