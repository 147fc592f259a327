/** What became of one scenario. */
export interface ScenarioReport {
  readonly name: string;
  readonly what: string;
  readonly ended: 'RolledBack' | 'Succeeded' | 'not converged';
  /** From the beginning of the harm until all traffic was on one version for good; `null` where that did not come. */
  readonly seconds: number | null;
  /** Within which it has to be. */
  readonly guardSeconds: number;
  /** Of the whole rollout, by what its clients saw. */
  readonly requests: number;
  readonly failed: number;
  /** Failed requests that the new version itself answered. */
  readonly failedOfGreen: number;
  /** Why it does not hold; absent where it does. */
  readonly problem?: string;
}

/** The reports as a table for a person. */
export function tableOf(reports: readonly ScenarioReport[]): readonly string[] {
  const rows = [
    ['', 'scenario', 'ended', 'one version after', 'bound', 'requests', 'failed', "green's own"],
    ...reports.map(({ name, ended, seconds, guardSeconds, requests, failed, failedOfGreen, problem }) => [
      problem === undefined ? 'holds' : 'FAILS',
      name,
      ended,
      seconds === null ? '–' : `${seconds.toFixed(1)} s`,
      `${guardSeconds} s`,
      String(requests),
      String(failed),
      String(failedOfGreen),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const problems = reports.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
  return [...lines, ...problems];
}
