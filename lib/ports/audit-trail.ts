/** What the account remembers of who changed what. It tells some minutes late, and not everything. */
export interface AuditTrail {
  /**
   * Who changed a thing last since a moment, in words; `undefined` where nobody is known, yet or at all. Changes by Sluice itself do
   * not count.
   * @param thing ARN or name, as it stands in the request that changed it
   */
  whoChanged(thing: string, since: Date): Promise<string | undefined>;
}
