import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { EventBus } from '../channels/eventbridge/event-bus.ts';
import { NotTaken } from '../channels/notifier.ts';
import { messageOf } from '../specification/text/message-of.ts';

/** Events on a bus of EventBridge, with `sluice` as their source. */
export function eventBridgeBus(client: EventBridgeClient, busName: string): EventBus {
  return {
    async put(detailType, detail) {
      let failure: string | undefined;
      try {
        const { Entries = [] } = await client.send(
          new PutEventsCommand({
            Entries: [
              {
                EventBusName: busName,
                Source: 'sluice',
                DetailType: detailType,
                Detail: JSON.stringify(detail),
                Time: new Date(detail.at),
              },
            ],
          }),
        );
        failure =
          Entries[0]?.ErrorCode === undefined ? undefined : `${Entries[0].ErrorCode}: ${Entries[0].ErrorMessage ?? ''}`;
      } catch (error) {
        const said = messageOf(error);
        throw new NotTaken(`EventBridge gave no answer: ${said}`, { mayBeShown: true, cause: error });
      }
      if (failure !== undefined) throw new NotTaken(`EventBridge refused the event: ${failure}`, { mayBeShown: false });
    },
  };
}
