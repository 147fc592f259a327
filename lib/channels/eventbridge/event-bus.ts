import type { EventDetail } from '../../messages/event-detail.ts';

export interface EventBus {
  /**
   * Returns once the event is accepted.
   * @throws NotTaken
   */
  put(detailType: string, detail: EventDetail): Promise<void>;
}
