/** A stack of a region, with what its template says of itself. */
export interface ListedStack {
  readonly name: string;
  readonly description: string;
}

/** Stages among some stacks whose name goes on where that of a stage ends, or the other way round, such as `prod-eu` beside `prod`. */
export function similarStages(stage: string, stacks: readonly ListedStack[]): readonly string[];
/** Says what follows from names that begin alike. */
export function similarText(stage: string, others: readonly string[]): string;
/** Whether the functions of a stage would be taken for probes of another one. */
export function isLikeProbe(stage: string): boolean;
