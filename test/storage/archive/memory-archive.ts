import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Signer } from '../../../lib/ports/signer.ts';
import type { ArchiveBucket } from '../../../lib/storage/archive/archive-bucket.ts';
import type { ArchiveCopy } from '../../../lib/storage/archive/archive-copy.ts';
import type { WrittenTable } from '../../../lib/storage/archive/missing-objects.ts';
import { signedArchive } from '../../../lib/storage/archive/signed-archive.ts';
import { rolloutId, written } from '../chained-record.ts';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const publicKey = pair.publicKey;
export const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A key on this machine, as KMS would sign with it. */
export function localSigner(key = pair.privateKey): Signer {
  const pem = createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' }));
  return {
    publicKey: () => Promise.resolve(pair.publicKey.export({ type: 'spki', format: 'der' })),
    sign: (bytes) => Promise.resolve(sign('sha256', bytes, pem)),
  };
}
/** A key that nobody trusts. */
export const strangersKey = other.privateKey;

/** A bucket in memory; what a test puts into `objects` is what somebody with rights would. */
export class MemoryBucket implements ArchiveBucket, ArchiveCopy {
  readonly objects = new Map<string, string>();
  /** Called before each write: a test may fail it, or write first. */
  beforeAdd: (key: string) => void = () => undefined;

  keys(prefix = '', atMost = Number.POSITIVE_INFINITY): Promise<readonly string[]> {
    const found = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    return Promise.resolve(found.slice(0, atMost));
  }
  text(key: string): Promise<string> {
    const text = this.objects.get(key);
    return text === undefined ? Promise.reject(new Error(`no ${key}`)) : Promise.resolve(text);
  }
  texts(key: string): Promise<readonly string[]> {
    const text = this.objects.get(key);
    return Promise.resolve(text === undefined ? [] : [text]);
  }
  async add(key: string, text: string): Promise<boolean> {
    await Promise.resolve();
    this.beforeAdd(key);
    if (this.objects.has(key)) return false;
    this.objects.set(key, text);
    return true;
  }
}

/** The table of one stage with the record of one rollout, and other items that are archived. */
class MemoryTable implements WrittenTable {
  readonly items = new Map<string, Readonly<Record<string, unknown>>>();
  readonly events = new Map<string, Map<number, string>>();

  item({ pk, sk }: { readonly pk: string; readonly sk: string }) {
    return Promise.resolve(this.items.get(`${pk} ${sk}`));
  }
  eventsAfter(id: string, after: number) {
    const events = [...(this.events.get(id) ?? [])].filter(([sequence]) => sequence > after);
    return Promise.resolve(events.map(([sequence, text]) => ({ sequence, text })));
  }
}

/** Events of the sample rollout as the table has them. */
export function sampleEvents(): Map<number, string> {
  return new Map([...written().events].map(([place, item]) => [place, String(item['recorded'])]));
}

export const eventItem = (sequence: number, id = rolloutId) => ({
  pk: `ROLLOUT#${id}`,
  sk: `EVENT#${String(sequence).padStart(8, '0')}`,
});
export const specItem = { pk: 'SERVICE#web', sk: 'SPEC#00000001' };
export const stopItem = { pk: 'STOPS', sk: 'STOP#2026-03-01T10:00:00.000Z#BEGAN' };

/** An archive in memory, of a table whose events become visible one after the other. */
export class ArchiveUnderTest {
  readonly bucket = new MemoryBucket();
  readonly table = new MemoryTable();
  readonly #all = sampleEvents();
  minute = 0;
  readonly archive = signedArchive({
    ...{ bucket: this.bucket, table: this.table, signer: localSigner(), stage: 'production' },
    now: () => new Date(Date.parse('2026-03-01T11:00:00.000Z') + (this.minute += 1) * 60_000),
  });

  constructor() {
    this.table.events.set(rolloutId, new Map());
    this.table.items.set(`${specItem.pk} ${specItem.sk}`, { ...specItem, stored: '{"version":1}', version: 1 });
    this.table.items.set(`${stopItem.pk} ${stopItem.sk}`, { ...stopItem, stop: '{"by":"ada"}' });
  }

  get size(): number {
    return this.#all.size;
  }

  /** Writes an event to the table. */
  write(sequence: number): void {
    this.table.events.get(rolloutId)?.set(sequence, this.#all.get(sequence) ?? '');
  }

  /** The whole sample: a spec and a stop, then event by event, a checkpoint each. */
  async fill(): Promise<this> {
    await this.archive.keep([specItem, stopItem]);
    for (let sequence = 1; sequence <= this.size; sequence += 1) {
      this.write(sequence);
      await this.archive.keep([eventItem(sequence)]);
    }
    return this;
  }
}
