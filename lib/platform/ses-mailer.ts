import { SendEmailCommand, SESv2ServiceException, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { Mailer } from '../channels/mail/mailer.ts';
import { NotTaken } from '../channels/notifier.ts';

/** Mail by SES, API v2: text and HTML, with the headers of the content. */
export function sesMailer(client: SESv2Client): Mailer {
  return {
    async send(from, to, { subject, text, html, headers }) {
      const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
      try {
        await client.send(
          new SendEmailCommand({
            FromEmailAddress: from,
            Destination: { ToAddresses: [...to] },
            Content: {
              Simple: {
                Subject: utf8(subject),
                Body: { Text: utf8(text), Html: utf8(html) },
                Headers: headers.map(({ name: Name, value: Value }) => ({ Name, Value })),
              },
            },
          }),
        );
      } catch (error) {
        throw notTaken(error);
      }
    },
  };
}

/** An answer of SES says that nothing was sent; no answer says nothing, nor does one of a server that broke. */
function notTaken(error: unknown): NotTaken {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  if (!(error instanceof SESv2ServiceException) || error.$fault === 'server') {
    return new NotTaken(`SES gave no answer: ${said}`, { mayBeShown: true, cause: error });
  }
  const isThrottled = error.name === 'TooManyRequestsException' || error.$retryable?.throttling === true;
  return new NotTaken(`SES refused the mail: ${said}`, {
    mayBeShown: false,
    ...(isThrottled ? { retryAfterSeconds: 5 } : {}),
    cause: error,
  });
}
