/** What Slack is told in answer to a click, besides that it was taken. */
export interface SlackReplies {
  /** Tells the one who clicked, and nobody else. Never fails: what was done is done. */
  tell(responseUrl: string, text: string): Promise<void>;
  /**
   * Opens a dialog for the one who clicked.
   * @param token reference of the bot token of the channel
   * @returns whether it is open
   */
  open(token: string, triggerId: string, dialog: Readonly<Record<string, unknown>>): Promise<boolean>;
}
