import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { emergencyRecord } from '../ports/emergencies.ts';
import { incidentRecord } from '../ports/incidents.ts';
import type { Trouble, Troubles } from '../ports/troubles.ts';
import { keys } from './dynamodb-keys.ts';
import { itemsUnder } from './dynamodb-requests.ts';
import { storedJson } from './stored-json.ts';
import { messageOf } from '../specification/text/message-of.ts';

type Item = Readonly<Record<string, unknown>>;
type Found = Omit<Trouble, 'service'>;

/** Incidents and emergencies of a stage's services, read in two queries at the same time. */
export function dynamoDbTroubles(client: DynamoDBDocumentClient, table: string): Troubles {
  return {
    async troubles() {
      const [incidents, emergencies] = await Promise.all([
        itemsUnder(client, table, keys.incident('').pk),
        itemsUnder(client, table, keys.emergency('').pk),
      ]);
      const found = new Map<string, Found>();
      const add = (items: readonly Item[], read: (item: Item) => Found) => {
        for (const item of items) {
          const one = readable(() => read(item));
          const service = serviceOf(item);
          if (Object.keys(one).length > 0) found.set(service, { ...found.get(service), ...one });
        }
      };
      add(incidents, (item) => {
        const incident = storedJson(item, 'record', { form: incidentRecord });
        return incident.standing === 'open' ? { incident } : {};
      });
      add(emergencies, (item) => {
        const emergency = storedJson(item, 'record', { form: emergencyRecord });
        return emergency.standing === 'wanted' ? { emergency } : {};
      });
      return [...found]
        .map(([service, one]): Trouble => ({ service, ...one }))
        .toSorted((one, other) => (one.service < other.service ? -1 : 1));
    },
  };
}

/** One item that cannot be read hides none of the others. */
function readable(read: () => Found): Found {
  try {
    return read();
  } catch (error) {
    return { unread: messageOf(error) };
  }
}

function serviceOf(item: Item): string {
  const { sk } = item;
  return typeof sk === 'string' ? sk.replace(/^SERVICE#/, '') : '';
}
