/** Names of what may happen once. */
export interface OneTimeIds {
  /**
   * Claims a name; true for the first who does, false for everybody after.
   * @param seconds how long it is remembered at least
   */
  claim(id: string, seconds: number): Promise<boolean>;
}
