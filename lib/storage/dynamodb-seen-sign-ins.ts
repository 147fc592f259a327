import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { knownPerson, type SeenSignIn, signInEntry } from '../ports/sign-ins.ts';
import { keys } from './dynamodb-keys.ts';
import { itemsUnder } from './dynamodb-requests.ts';

/** Reads all sign-ins of a stage, oldest first, with who came as far as the map of people still says it. */
export async function dynamoDbSeenSignIns(
  client: DynamoDBDocumentClient,
  table: string,
): Promise<readonly SeenSignIn[]> {
  const { pk: ofSignIns } = keys.signIn({ at: '', id: '' });
  const { pk: ofPeople } = keys.person('');
  const [signIns, people] = await Promise.all([ofSignIns, ofPeople].map((pk) => itemsUnder(client, table, pk)));
  const known = new Map((people ?? []).map((item) => [String(item['sk']), knownPerson.safeParse(item).data] as const));
  return (signIns ?? []).map((item) => {
    const entry = signInEntry.parse(item);
    return { ...entry, who: known.get(keys.person(entry.person).sk) };
  });
}
