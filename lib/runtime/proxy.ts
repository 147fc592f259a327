import * as z from 'zod';

/** The body of an event of a REST API's proxy integration. */
export const proxyBody = { body: z.string().nullish(), isBase64Encoded: z.boolean().default(false) };

/** What such an integration answers with. */
export interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Returns the bytes that the client sent. */
export function bytesOf({ body, isBase64Encoded }: z.output<z.ZodObject<typeof proxyBody>>): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

/** Nothing between here and the caller may keep an answer, or take it for anything but data. */
const jsonHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Returns an answer to a program. */
export function jsonAnswer(statusCode: number, body: unknown): ProxyResult {
  return { statusCode, headers: jsonHeaders, body: JSON.stringify(body) };
}
