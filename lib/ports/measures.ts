/** One number about the pipeline itself, for its dashboard and alarms. */
export interface Measure {
  readonly name: 'Rollouts' | 'PhaseSeconds' | 'GateEvaluations' | 'VerdictDelaySeconds';
  readonly unit: 'Count' | 'Seconds';
  readonly value: number;
  /** When it came to be, ISO 8601. */
  readonly at: string;
  /** What it can be told apart by, besides stage and service. */
  readonly by: Readonly<Partial<Record<'outcome' | 'phase' | 'verdict', string>>>;
}

export interface Measures {
  /** Keeps numbers about rollouts of a service; never fails. */
  add(service: string, measures: readonly Measure[]): void;
}
