import * as z from 'zod';
import { migrationTools } from '../specification/data-checks.ts';

const identifier = z.string().regex(/^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/);
const where = {
  /** `secretsmanager:<name or ARN>` or `ssm:/<name>`; the probe reads it. */
  secret: z.string().max(600).optional(),
  host: z.string().max(253).optional(),
  port: z.int().min(1).max(65_535).optional(),
  timeoutSeconds: z.number().min(0.05).max(10),
};

const sqlQuestion = z.object({
  ...where,
  kind: z.enum(['postgresql', 'mysql']),
  database: identifier.optional(),
  serviceUser: identifier.optional(),
  migrations: z
    .object({
      tool: z.enum(migrationTools),
      expected: z.string().max(200),
      table: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/)
        .optional(),
    })
    .optional(),
});
const redisQuestion = z.object({ ...where, kind: z.literal('redis'), tls: z.boolean() });

const bucketQuestion = z.object({
  kind: z.literal('s3'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
  /** Whether an object is written and deleted, too. */
  writes: z.boolean(),
  timeoutSeconds: where.timeoutSeconds,
});

/** What the probe in a VPC is asked of one database, cache or bucket. */
export const dataQuestion = z.discriminatedUnion('kind', [sqlQuestion, redisQuestion, bucketQuestion]);
export type SqlQuestion = z.output<typeof sqlQuestion>;
export type BucketQuestion = z.output<typeof bucketQuestion>;
export type RedisQuestion = z.output<typeof redisQuestion>;

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
/** Such as `15.18`: digits and dots of what a server says, and nothing else of it. */
const version = z.string().regex(/^[\d.]{0,40}$/);

const sqlFacts = z.object({
  version,
  /** Such as `TLSv1.3`. */
  tls: z.string().max(20),
  /** It is in recovery, or takes no writes. */
  isReadOnly: z.boolean(),
  connections: z.object({
    used: count,
    /** What it grants at most to others than its administrators. */
    most: count,
    /** Those of `serviceUser`. */
    ofService: count.optional(),
  }),
  migrations: z.object({ isApplied: z.boolean(), failed: count }).optional(),
});
const redisFacts = z.object({
  version,
  tls: z.string().max(20).optional(),
  /** It still reads its data from disk. */
  isLoading: z.boolean(),
  memory: z.object({ used: count, most: count }),
});

/** What a SQL database said of itself. */
export type SqlFacts = z.output<typeof sqlFacts>;
/** What a cache said of itself. */
export type RedisFacts = z.output<typeof redisFacts>;

/** `refused`: it is known not to serve, in words. `error`: it could not be found out. Neither holds a word of the server's. */
const others = [z.object({ refused: z.string().max(600) }), z.object({ error: z.string().max(600) })] as const;
export const sqlAnswer = z.union([z.object({ sql: sqlFacts }), ...others]);
export const redisAnswer = z.union([z.object({ redis: redisFacts }), ...others]);
export const bucketAnswer = z.union([z.object({ bucket: z.object({ isWritten: z.boolean() }) }), ...others]);
export type BucketAnswer = z.output<typeof bucketAnswer>;
export type SqlAnswer = z.output<typeof sqlAnswer>;
export type RedisAnswer = z.output<typeof redisAnswer>;
