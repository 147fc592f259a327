import * as z from 'zod';
import { duration } from './quantity.ts';
import { quote } from './text/plain-text.ts';

const nameExpected = 'expected a name of up to 40 lower-case letters, digits and -, a letter first';
const pathExpected = 'expected a path that starts with one /, in printable ASCII without spaces and #';
const headersExpected = 'expected a map of up to 20 names of headers to texts of up to 1000 characters';
const fieldExpected = 'expected the name of a JSON field, such as database.status or items.0.id';
const valueExpected = 'expected a text, a number, true or false';

const requestName = z
  .string(nameExpected)
  .regex(/^[a-z][a-z0-9-]{0,39}$/, nameExpected)
  .meta({
    kind: 'name',
    bounds: 'up to 40 lower-case letters, digits and `-`',
    description: 'What people call the request; each has another name',
  });

/** Placeholders have braces, which a path otherwise has percent-encoded. A second slash would make it the name of a host. */
const requestPath = z
  .string(pathExpected)
  .regex(/^\/(?![/\\])[\x21\x22\x24-\x7e]{0,1023}$/, pathExpected)
  .meta({ kind: 'path', bounds: 'up to 1024 characters', description: 'The path, with its query' });

const header = z
  .string(headersExpected)
  .regex(
    /^(?!(?:host|connection|content-length|transfer-encoding|expect|upgrade)$|x-sluice-)[A-Za-z0-9-]{1,60}$/i,
    `${headersExpected}; Host, Content-Length, X-Sluice-* and those of the connection are set by Sluice`,
  );
const headerText = z.string(headersExpected).regex(/^[\x20-\x7e]{0,1000}$/, headersExpected);
const headers = z
  .record(header, headerText, headersExpected)
  .refine((map) => Object.keys(map).length <= 20, headersExpected);

const field = z.string(fieldExpected).regex(/^[\w-]{1,60}(?:\.[\w-]{1,60}){0,9}$/, fieldExpected);
const fields = z
  .record(
    field,
    z.union([z.string().max(1000), z.number(), z.boolean()], valueExpected),
    'expected a map of JSON fields to values',
  )
  .refine((map) => Object.keys(map).length <= 20, 'expected at most 20 fields');

const limit = (by: string) =>
  duration({ min: 0.01, max: 5 })
    .prefault(by)
    .describe('Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts');

const json = fields
  .optional()
  .meta({ kind: 'map' })
  .describe('Fields of the JSON answer with the values that they must have, such as `database.status: up`');

const expect = z
  .strictObject(
    {
      status: z
        .array(z.int('expected a list of statuses').min(100).max(599), 'expected a list of statuses, such as [200]')
        .min(1, 'expected at least one status')
        .max(20, 'expected at most 20 statuses')
        .optional()
        .meta({ bounds: '1 to 20 entries', description: 'Statuses that are good. Without it: 200 to 299' }),
      within: limit('500ms'),
      headers: headers.optional().describe('Headers that the answer must carry, with their values; `*` for any value'),
      body: z
        .string('expected a text')
        .min(1, 'expected a text')
        .max(1000, 'expected at most 1000 characters')
        .optional()
        .meta({ kind: 'text', bounds: 'up to 1000 characters', description: 'A text that the body must hold' }),
      json,
    },
    'expected a map with status, within, headers, body or json',
  )
  .prefault({})
  .describe('What the answer must be like');

const captured = z.record(
  z.string().regex(/^[a-zA-Z]\w{0,39}$/, 'expected a name of up to 40 letters, digits and _'),
  z.strictObject(
    {
      json: field.optional().meta({ kind: 'name', description: 'The field of the JSON answer whose value is kept' }),
      header: header.optional().meta({ kind: 'name', description: 'The header of the answer whose value is kept' }),
    },
    'expected a map with json or header',
  ),
  'expected a map of names to json or header',
);

const request = z.strictObject(
  {
    name: requestName,
    path: requestPath,
    method: z
      .enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'expected a method such as GET or POST')
      .optional()
      .describe('The method. Without it: GET'),
    headers: headers.optional().describe('Headers that are sent; they may hold `{{name}}`'),
    body: z
      .string('expected a text')
      .max(4000, 'expected at most 4000 characters')
      .optional()
      .meta({ kind: 'text', bounds: 'up to 4000 characters' })
      .describe('The body that is sent, as JSON where no header says otherwise; it may hold `{{name}}`'),
    upTo: z
      .int('expected a whole number, 1 to 200')
      .min(1, 'expected a whole number, 1 to 200')
      .max(200, 'expected a whole number, 1 to 200')
      .optional()
      .meta({ bounds: '`1` to `200`' })
      .describe(
        'Sends it again until an answer is as expected, so many times at most: for a rate limit. Without it: once',
      ),
    expect,
    capture: captured
      .optional()
      .meta({ kind: 'map' })
      .describe('Values of the answer that later requests use as `{{name}}`; they are never shown'),
  },
  'expected a map with name and path',
);

/** Kinds of health paths, from what costs nothing to what asks everything. */
const kinds = {
  basic: 'The path that says that the process answers',
  live: 'The path that says that it need not be restarted',
  ready: 'The path that says that it can take requests',
  detailed: 'The path that asks database, cache and what else it needs',
  queue: 'The path that says how its queues are',
} as const;

function healthOf(description: string) {
  return z
    .strictObject({ path: requestPath, within: limit('100ms'), json }, 'expected a map with path')
    .optional()
    .describe(description);
}

/** Health paths of green. */
export const health = z
  .strictObject(
    {
      basic: healthOf(kinds.basic),
      live: healthOf(kinds.live),
      ready: healthOf(kinds.ready),
      detailed: healthOf(kinds.detailed),
      queue: healthOf(kinds.queue),
    },
    'expected a map with basic, live, ready, detailed or queue',
  )
  .optional()
  .describe('Health paths that green must answer well, and soon enough, before any user reaches it');

/** One request of a spec; health paths are such requests, too. */
export type GreenRequest = z.output<typeof request>;

/** Requests to green, one after the other. */
export const requests = z
  .array(request, 'expected a list of requests')
  .min(1, 'expected at least one request')
  .max(20, 'expected at most 20 requests')
  .superRefine((list, context) => {
    const names = new Set<string>();
    const known = new Set<string>();
    list.forEach((one, index) => {
      const issue = (path: string, message: string) => {
        context.addIssue({ code: 'custom', path: [index, path], message });
      };
      if (names.has(one.name)) issue('name', `the request ${quote(one.name)} is named twice, expected each name once`);
      names.add(one.name);
      const used = placeholdersOf([one.path, ...Object.values(one.headers ?? {}), one.body ?? '']);
      const lacking = used.find((name) => !known.has(name));
      if (lacking !== undefined)
        issue('path', `{{${lacking}}} is captured by no request before ${quote(one.name)}, expected one that is`);
      for (const [name, { json: from, header: of }] of Object.entries(one.capture ?? {})) {
        if ((from === undefined) === (of === undefined))
          issue('capture', `${quote(name)} names ${from === undefined ? 'neither' : 'both'}, expected json or header`);
        known.add(name);
      }
    });
  })
  .optional()
  .meta({ kind: 'list', bounds: '1 to 20 entries' })
  .describe('Requests that green must answer as expected, one after the other, before any user reaches it');

/** Requests to green by a spec: first its health paths, then the others. */
export function requestsToGreen({
  health: paths = {},
  requests: others = [],
}: {
  readonly health?: z.output<typeof health>;
  readonly requests?: z.output<typeof requests>;
}): readonly GreenRequest[] {
  const ofHealth = Object.entries(paths).flatMap(([kind, asked]): GreenRequest[] => {
    if (asked === undefined) return [];
    const { path, ...expected } = asked;
    return [{ name: `health-${kind}`, path, expect: expected }];
  });
  return [...ofHealth, ...others];
}

/** Names in double braces. */
export function placeholdersOf(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name));
}
