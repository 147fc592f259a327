import type { MailContent } from './content.ts';

export interface Mailer {
  /**
   * Returns once the mail is accepted for delivery.
   * @throws NotTaken
   */
  send(from: string, to: readonly string[], content: MailContent): Promise<void>;
}
