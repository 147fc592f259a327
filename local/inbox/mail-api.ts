import * as z from 'zod';
import { type InboxRequest, type InboxResponse, json, parsedBody } from './exchange.ts';
import type { ReceivedList } from './received.ts';

const address = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/);
const text = z.strictObject({ Data: z.string().min(1), Charset: z.string().optional() });
/** API_MessageHeader of SES v2: names of printable ASCII without a colon, values of printable ASCII. */
const header = z.strictObject({
  Name: z.string().regex(/^[!-9;-@A-~]{1,126}$/),
  Value: z.string().regex(/^[ -~]{1,870}$/),
});
/** RFC 5322: what follows a line break would be another header. */
const subject = text.refine(({ Data }) => !/[\r\n]/.test(Data) && Data.length <= 998);
const send = z.object({
  FromEmailAddress: address,
  Destination: z.object({ ToAddresses: z.array(address).min(1).max(50) }),
  Content: z.object({
    Simple: z.object({
      Subject: subject,
      Body: z.object({ Text: text.optional(), Html: text.optional() }),
      Headers: z.array(header).max(15).default([]),
    }),
  }),
});

let serial = 0;

/** SES API v2, SendEmail. */
export function sendEmail(request: InboxRequest, received: ReceivedList): InboxResponse {
  if (request.headers['authorization']?.startsWith('AWS4-HMAC-SHA256 ') !== true) {
    return awsError(403, 'MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const parsed = send.safeParse(parsedBody(request));
  if (!parsed.success) return awsError(400, 'BadRequestException', z.prettifyError(parsed.error));
  const { Destination, Content } = parsed.data;
  const { Subject, Body, Headers } = Content.Simple;
  const valueOf = (name: string) => Headers.find(({ Name }) => Name === name)?.Value ?? '';
  received.add({
    vendor: 'mail',
    place: Destination.ToAddresses.join(', '),
    title: Subject.Data,
    text: Body.Text?.Data ?? '',
    key: valueOf('X-Sluice-Message'),
    rollout: valueOf('X-Sluice-Rollout'),
    content: parsed.data,
  });
  serial += 1;
  return json(200, { MessageId: `inbox-${String(serial)}` });
}

export function awsError(status: number, name: string, message: string): InboxResponse {
  return json(status, { message }, { 'x-amzn-errortype': name });
}
