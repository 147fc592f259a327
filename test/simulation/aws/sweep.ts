import type { Random } from '../../../lib/calibration/random.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import type { Hints } from './hints.ts';
import type { Table, TableChange } from './table.ts';

const everyMilliseconds = 5 * 60_000;

interface Parts {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly table: Table;
  readonly hints: Hints;
}

/** EventBridge's rule that calls the periodic check. A call that would find nothing due on the list is left out. */
export class Sweep {
  readonly #parts: Parts;
  readonly #phase: number;
  #isSet = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#phase = parts.random.integer(0, everyMilliseconds - 1);
  }

  changed(changes: readonly TableChange[]): void {
    if (changes.some(({ key }) => key.startsWith('UNSETTLED'))) this.#consider();
  }

  #consider(): void {
    const { clock } = this.#parts;
    if (this.#isSet || this.#list().length === 0) return;
    this.#isSet = true;
    const next = everyMilliseconds - ((clock.now() - this.#phase) % everyMilliseconds);
    clock.after(next, () => {
      this.#isSet = false;
      if (this.#list().some(({ notBefore = '' }) => !(Date.parse(String(notBefore)) > clock.now()))) {
        this.#parts.hints.deliver('sweep', 'CheckLiveWeights', { services: [], settle: true });
      }
      this.#consider();
    });
  }

  #list() {
    return this.#parts.table.partition('UNSETTLED');
  }
}
