import type { Part } from '../../ports/world.ts';
import { type Probe, type ProbeAnswer, ProbeFailed } from '../../ports/probe.ts';
import type { HealthQuestion } from '../../drivers/rules/health-question.ts';
import { type GreenRequest, placeholdersOf } from '../../specification/green-requests.ts';
import { expectedText, fieldOf, requestFault } from './request-fault.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** Well under the 15 s that a mutating function may live, its other calls included. */
const wholeMilliseconds = 9_000;
/** Of a GET that is too slow the fastest of so many counts: a new connection may be slower than what users see. */
const timesOfSlow = 3;
/** A shorter value is no secret, and would hide half a sentence. */
const shortestHidden = 4;

/** What one request found. */
export interface RequestResult {
  readonly name: string;
  readonly passed: boolean;
  /** Nobody knows whether it would have passed: it was not sent, or its time was cut short here. */
  readonly isUnknown: boolean;
  readonly saw: string;
  readonly expected: string;
  readonly milliseconds: number;
}

export interface Asking {
  /** The request of a path, made so that it reaches the version that is asked. */
  readonly questionOf: (path: string) => HealthQuestion;
  /** For all requests together, 9,000 by default. */
  readonly milliseconds?: number | undefined;
}

type Needs = Part<'now'> & { readonly probe: Probe };
type Captured = ReadonlyMap<string, string>;

/**
 * Sends requests one after the other, in 9 s at most, and says of each what it found. What a request captures is known to later ones and
 * stands in no result.
 * @throws ProbeFailed where the probe could not be called
 */
export async function requestSteps(
  requests: readonly GreenRequest[],
  asking: Asking,
  world: Needs,
): Promise<readonly RequestResult[]> {
  const ends = world.now().getTime() + (asking.milliseconds ?? wholeMilliseconds);
  const captured = new Map<string, string>();
  const results: RequestResult[] = [];
  for (const request of requests) {
    const seen = await step(request, { asking, captured, ends }, world);
    for (const [name, value] of seen.captured) captured.set(name, value);
    const { saw, passed, isUnknown, milliseconds } = seen;
    const said = hidden(saw, captured);
    results.push({ name: request.name, passed, isUnknown, saw: said, expected: expectedText(request), milliseconds });
  }
  return results;
}

interface RunningSteps {
  readonly asking: Asking;
  readonly captured: Captured;
  readonly ends: number;
}

interface Seen {
  readonly passed: boolean;
  readonly isUnknown: boolean;
  readonly saw: string;
  readonly milliseconds: number;
  readonly captured: Captured;
}

async function step(request: GreenRequest, running: RunningSteps, world: Needs): Promise<Seen> {
  const { path, headers = {}, body = '', upTo = 1 } = request;
  const used = placeholdersOf([path, ...Object.values(headers), body]);
  const lacking = used.find((name) => !running.captured.has(name));
  if (lacking !== undefined) return unknown(`not sent: no earlier answer gave {{${lacking}}}`);
  let last: Seen = unknown('not sent: the requests before it took all the time');
  let sent = 0;
  for (; sent < upTo && running.ends > world.now().getTime(); sent += 1) {
    last = await sendOne(request, running, world);
    if (last.passed) return upTo === 1 ? last : { ...last, saw: `${last.saw}, at request ${String(sent + 1)}` };
  }
  if (upTo === 1 || sent === 0) return last;
  if (sent === upTo) return { ...last, saw: `${last.saw}, at each of up to ${String(upTo)} requests` };
  return unknown(`${last.saw}, at ${String(sent)} of up to ${String(upTo)} requests, which took all the time`);
}

async function sendOne(request: GreenRequest, running: RunningSteps, world: Needs): Promise<Seen> {
  const { expect, method = 'GET', capture = {} } = request;
  const isRepeatable = method === 'GET' || method === 'HEAD';
  let fastest = Number.POSITIVE_INFINITY;
  for (let time = 1; time <= (isRepeatable ? timesOfSlow : 1); time += 1) {
    const answer = await ask(request, running, world);
    if ('said' in answer) return answer.isUnknown ? unknown(answer.said) : bad(answer.said);
    const fault = requestFault(request, answer);
    if (fault !== undefined) return { ...bad(fault), milliseconds: answer.milliseconds };
    fastest = Math.min(fastest, answer.milliseconds);
    const found = capturedOf(capture, answer);
    if ('said' in found) return bad(found.said);
    if (fastest <= expect.within * 1000) {
      const saw = `status ${String(answer.status)} in ${String(fastest)} ms`;
      return { passed: true, isUnknown: false, saw, milliseconds: fastest, captured: found.values };
    }
  }
  const limit = String(Math.round(expect.within * 1000));
  return { ...bad(`${String(fastest)} ms, the limit is ${limit} ms`), milliseconds: fastest };
}

async function ask(
  request: GreenRequest,
  { asking, captured, ends }: RunningSteps,
  { probe, now }: Needs,
): Promise<ProbeAnswer | { readonly said: string; readonly isUnknown: boolean }> {
  const { method = 'GET', path, headers = {}, body, expect } = request;
  const question = asking.questionOf(filled(path, captured, encodeURIComponent));
  const given = Object.entries(headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    filled(value, captured, String),
  ]);
  const text = body === undefined ? undefined : filled(body, captured, inJson);
  const sent = {
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    }),
    ...Object.fromEntries(given),
    // Last: they lead to the version that is asked.
    ...question.headers,
  };
  // What is too slow is waited for a while, so that people read how slow it is.
  const seconds = Math.min(Math.max(expect.within * 2, 2), Math.max((ends - now().getTime()) / 1000, 0.1));
  try {
    const [address] = await probe.addressesOf(question.connectTo);
    const isPlain = method === 'GET' && text === undefined;
    return await probe.get(question.url, sent, seconds, address, isPlain ? undefined : { method, body: text });
  } catch (error) {
    if (error instanceof ProbeFailed) throw error;
    const said = messageOf(error);
    if (isOwnResolver(error)) return { said: `the name was not looked up: ${said}`, isUnknown: true };
    const isCut = seconds < expect.within;
    return { said: isCut ? `${said}, which was all the time that was left` : said, isUnknown: isCut };
  }
}

function capturedOf(
  capture: NonNullable<GreenRequest['capture']>,
  { headers = {}, body = '' }: ProbeAnswer,
): { readonly values: Captured } | { readonly said: string } {
  const values = new Map<string, string>();
  for (const [name, { json, header = '' }] of Object.entries(capture)) {
    const value = json === undefined ? headers[header.toLowerCase()] : fieldOf(body, json);
    if (typeof value !== 'string' && typeof value !== 'number') {
      return {
        said: `nothing to capture as ${name}: ${json === undefined ? `header ${header}` : `field ${json}`} is missing`,
      };
    }
    values.set(name, String(value));
  }
  return { values };
}

function filled(text: string, captured: Captured, written: (value: string) => string): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => written(captured.get(name) ?? ''));
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** A captured value, such as a token, stands in no record: where an error repeats it, its name is shown. */
function hidden(text: string, captured: Captured): string {
  return [...captured].reduce(
    (shown, [name, value]) => (value.length < shortestHidden ? shown : shown.replaceAll(value, `{{${name}}}`)),
    text,
  );
}

/** The resolver that this function asks did not answer, whatever the name. */
function isOwnResolver(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAI_AGAIN';
}

function bad(saw: string): Seen {
  return { passed: false, isUnknown: false, saw, milliseconds: 0, captured: new Map() };
}

function unknown(saw: string): Seen {
  return { ...bad(saw), isUnknown: true };
}
