import { type DeliveryMark, type DeliveryMarks, unmarked } from '../../lib/channels/delivery-marks.ts';

/** Marks in memory, with the condition of the real ones: the same contract suite runs on both. */
export class MemoryDeliveryMarks implements DeliveryMarks {
  readonly #kept = new Map<string, { readonly mark: DeliveryMark; readonly version: number }>();

  read(rolloutId: string, channel: string) {
    return Promise.resolve(this.#kept.get(`${rolloutId}/${channel}`) ?? { mark: unmarked, version: 0 });
  }

  write(rolloutId: string, channel: string, mark: DeliveryMark, from: number) {
    const key = `${rolloutId}/${channel}`;
    if ((this.#kept.get(key)?.version ?? 0) !== from) return Promise.resolve(false);
    this.#kept.set(key, { mark, version: from + 1 });
    return Promise.resolve(true);
  }
}
