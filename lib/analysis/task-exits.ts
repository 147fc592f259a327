import { binomialUpperTail } from './binomial.ts';

/** Tasks of one side that ended by themselves: how many of them run, and when others ended, in seconds since the epoch. */
export interface ExitsOfSide {
  readonly running: number;
  readonly endedAt: readonly number[];
}

/** What the ends of tasks say of green; `undefined` where they say nothing. */
export interface ExitFinding {
  readonly verdict: 'hold' | 'fail';
  readonly ended: number;
  /** How far back they were counted, in minutes. */
  readonly minutes: number;
  /** Blue's in the last hour, and its tasks. */
  readonly ofBlue: number;
}

/** How far back ends of green are counted, in minutes: 10 for a task that ends at each start, 60 for one that leaks memory. */
const windows = [10, 60];
/** Blue's minutes, as long as ECS remembers a stopped task. */
const remembered = 60;
/** A single end says nothing. */
const fewest = 2;
/** Whatever ends tasks on both sides at once is not green's doing: in the same minutes green's must be so many times as frequent. */
const timesBlue = 3;
/** Chances under which a green as good as blue ends so many tasks. */
const chances = { fail: 0.0005, hold: 0.005 };

/**
 * Judges whether green's tasks end by themselves more often than blue's.
 *
 * Ends come as a Poisson process for each running task. Given how many ended on both sides, green's share of them is binomial with its
 * share of the task-minutes (Przyborowski and Wilenski 1940), so a rate need not be known. The chances are small, as the test is made
 * anew each minute: `test/analysis/task-exits` counts how often a green as good as blue is taken for worse.
 * @param now seconds since the epoch
 */
export function judgeExits(green: ExitsOfSide, blue: ExitsOfSide, now: number): ExitFinding | undefined {
  const within = ({ endedAt }: ExitsOfSide, minutes: number) => endedAt.filter((at) => at > now - 60 * minutes).length;
  const ofBlue = within(blue, remembered);
  const found = windows.flatMap((minutes): readonly (ExitFinding & { readonly chance: number })[] => {
    const ended = within(green, minutes);
    const isForBoth = ended * blue.running < timesBlue * within(blue, minutes) * green.running;
    if (ended < fewest || isForBoth) return [];
    const minutesOfGreen = Math.max(1, green.running) * minutes;
    const share = minutesOfGreen / (minutesOfGreen + blue.running * remembered);
    const chance = binomialUpperTail(ended, ended + ofBlue, share);
    if (chance > chances.hold) return [];
    return [{ verdict: chance > chances.fail ? 'hold' : 'fail', ended, minutes, ofBlue, chance }];
  });
  const [worst] = found.toSorted((left, right) => left.chance - right.chance);
  if (worst === undefined) return undefined;
  const { chance: _, ...finding } = worst;
  return finding;
}
