import type * as z from 'zod';
import type { Inabilities } from './abilities.ts';
import type { Layout, RestoreBranch } from './layout.ts';

/** What a driver says of itself without asking AWS: its data, and how it reads its fields of a spec. */
export interface DriverShape<Places> {
  /** The name of its folder, and of `driver:` in a spec. */
  readonly name: string;
  /** What it moves traffic between, in words. */
  readonly moves: string;
  /** What it cannot do. `lint` refuses a spec that needs it. */
  readonly cannot: Inabilities;
  /** Values of fields that a spec leaves out, as they are written in YAML, where they are not those of every spec. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** The branches of the rollback machine by which its traffic is put back without a function. */
  readonly restoresBy: readonly RestoreBranch[];
  /** Returns why it cannot give these weights in this order, in words; `undefined` where it can. */
  readonly whyNot: (weights: readonly number[]) => string | undefined;
  /** Checks its fields of a spec against each other. */
  check(places: Places, context: z.RefinementCtx): void;
  /** Returns where a spec says that its versions and their traffic are. */
  layoutOf(places: Places): Layout;
}
