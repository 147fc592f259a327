import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';
import {
  type BucketAnswer,
  dataQuestion,
  type RedisAnswer,
  type RedisQuestion,
  type SqlAnswer,
  type SqlQuestion,
} from './question.ts';
import { readMysql } from './read-mysql.ts';
import { readPostgresql } from './read-postgresql.ts';
import { readRedis } from './read-redis.ts';
import { addressOf, type ReachedServer, TooSlow } from './reached-server.ts';
import { refusalOf, ServerRefused, unknownError, Unreadable } from './refusals.ts';

/** What the probe has besides the question. */
export interface ProbeSetting {
  /** Reads a secret by its reference; its errors hold nothing of it. */
  readonly secret: (reference: string) => Promise<string>;
  /** Lists a bucket, and writes and deletes an object where that is asked for; never rejects. */
  readonly bucket: (name: string, writes: boolean) => Promise<BucketAnswer>;
  /** Hosts that a question may name; a secret's own host needs no leave. */
  readonly hosts: readonly string[];
  /** Authorities to trust, PEM. */
  readonly ca: readonly string[];
  /** Whether addresses of this machine are fine: of a local stack alone. */
  readonly isLocal: boolean;
}

const port = z.coerce.number().int().min(1).max(65_535).optional();
/** As AWS keeps the credentials of a database: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html */
const credentials = z.object({
  host: z.string().min(1).max(253).optional(),
  port,
  username: z.string().max(128).optional(),
  password: z.string().max(1024).optional(),
  dbname: z.string().max(63).optional(),
  /** `false`, or the text of it that the console keeps: this cache takes its password as it is. Anything else is no leave. */
  tls: z
    .union([z.boolean(), z.literal('false').transform(() => false)])
    .optional()
    .catch(undefined),
});
type ServerQuestion = SqlQuestion | RedisQuestion;
type Credentials = z.output<typeof credentials>;

const usualPorts = { postgresql: 5432, mysql: 3306, redis: 6379 } as const;

/** Answers what the probe was asked of one database, cache or bucket. Never throws, and no answer holds a secret or a word of the server's. */
export async function answerQuestion(
  event: unknown,
  setting: ProbeSetting,
): Promise<SqlAnswer | RedisAnswer | BucketAnswer> {
  const asked = dataQuestion.safeParse(event);
  if (!asked.success) return { error: 'the question is not one that this probe knows: deploy it again' };
  const started = performance.now();
  try {
    const most = asked.data.timeoutSeconds * 1000;
    const question = asked.data;
    if (question.kind === 's3') return await inTime(most, setting.bucket(question.bucket, question.writes));
    const server = await inTime(most, serverOf(question, setting));
    return await read(question, server, Math.max(most - (performance.now() - started), 1));
  } catch (error) {
    if (error instanceof TooSlow) return { error: `no answer within ${String(asked.data.timeoutSeconds)} s` };
    if (error instanceof Unreadable) return { error: error.message };
    const refused = refusalOf(error);
    return refused === undefined ? { error: unknownError(error) } : { refused };
  }
}

/** @throws TooSlow where there is no answer in time; what was asked goes on unheard */
async function inTime<Answer>(milliseconds: number, asked: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TooSlow(milliseconds));
    }, milliseconds);
  });
  try {
    return await Promise.race([asked, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function read(
  question: ServerQuestion,
  server: ReachedServer,
  milliseconds: number,
): Promise<SqlAnswer | RedisAnswer> {
  if (question.kind === 'redis') return { redis: await readRedis(question, server, milliseconds) };
  const from = question.kind === 'postgresql' ? readPostgresql : readMysql;
  return { sql: await from(question, server, milliseconds) };
}

async function serverOf(
  question: ServerQuestion,
  { secret, hosts, ca, isLocal }: ProbeSetting,
): Promise<ReachedServer> {
  const own: Credentials = question.secret === undefined ? {} : await credentialsIn(question.secret, secret);
  const host = hostOf(question.host, own.host, hosts);
  if (!hosts.includes(host)) refuseOtherWays(question, own, host);
  return {
    host,
    address: await addressOf(host, isLocal).catch((error: unknown) => {
      if (error instanceof ServerRefused) throw error;
      throw new Unreadable(`the name ${host} does not resolve in this VPC`);
    }),
    port: question.port ?? own.port ?? usualPorts[question.kind],
    username: own.username,
    password: own.password,
    database: ('database' in question ? question.database : undefined) ?? own.dbname,
    ca,
  };
}

/** A spec must not lead a password elsewhere: what it names itself has to be a host that the probe's own stack allows. */
function hostOf(asked: string | undefined, own: string | undefined, allowed: readonly string[]): string {
  if (asked === undefined && own === undefined) throw new Unreadable('neither the spec nor the secret says `host`');
  if (asked === undefined || asked === own) return own ?? '';
  if (allowed.includes(asked)) return asked;
  throw new Unreadable(`${asked} is not among the hosts that the probe may ask: add it to Hosts of its stack`);
}

/**
 * Nor to another port of the secret's host, where somebody else may listen, nor in clear text on the way there.
 * @throws Unreadable where the spec asks for either and the secret does not say it
 */
function refuseOtherWays(question: ServerQuestion, own: Credentials, host: string): void {
  const instead = `say it there, or add ${host} to Hosts of the probe's stack`;
  const known = own.port ?? usualPorts[question.kind];
  if (question.port !== undefined && question.port !== known)
    throw new Unreadable(`the secret does not say \`port\` ${String(question.port)}: ${instead}`);
  if (question.kind === 'redis' && !question.tls && own.tls !== false)
    throw new Unreadable(`the secret does not say \`"tls": false\`, and its password is sent through TLS: ${instead}`);
}

async function credentialsIn(reference: string, secret: ProbeSetting['secret']): Promise<Credentials> {
  const text = await secret(reference).catch((error: unknown) => {
    throw new Unreadable(
      `the secret ${reference} cannot be read: ${error instanceof Error ? error.message : 'no reason'}`,
    );
  });
  const parsed = credentials.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw new Unreadable(`the secret ${reference} is no JSON with \`username\` and \`password\``);
}
