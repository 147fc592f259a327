/** One thing of blue and the same of green, such as the target groups that stand in for each other behind the same rules. */
export interface Pair<Thing = string> {
  readonly blue: Thing;
  readonly green: Thing;
}
