import type {
  BucketAnswer,
  BucketQuestion,
  RedisAnswer,
  RedisQuestion,
  SqlAnswer,
  SqlQuestion,
} from '../databases/question.ts';
import type { BalancerReads } from '../drivers/balancer-facts.ts';
import type { ImageSource } from './image-registry.ts';

/** What an image says of how it runs. */
export interface ImageConfiguration {
  /** Empty where it names none: then it runs as root. */
  readonly user: string;
  /** In the words of OCI: `amd64`, `arm64`; several of an image for several platforms. */
  readonly architectures: readonly string[];
}

export interface ScanFinding {
  /** Such as `CVE-2026-1234`. */
  readonly id: string;
  /** `CRITICAL`, `HIGH`, `MEDIUM`, `LOW`, `INFORMATIONAL`, `UNDEFINED`, `UNTRIAGED`. */
  readonly severity: string;
}

/** What ECR, or Inspector through ECR, found in an image. */
export interface ImageScan {
  /** `COMPLETE`, `ACTIVE` (enhanced, goes on), `IN_PROGRESS`, `PENDING`, `FAILED`, `UNSUPPORTED_IMAGE` and others. */
  readonly status: string;
  readonly findings: readonly ScanFinding[];
}

/** What a TLS server showed to a client that trusts public authorities. */
export interface TlsFacts {
  /** Why the chain or the name is not accepted; absent where it is. */
  readonly refused?: string | undefined;
  /** ISO 8601. */
  readonly validUntil: string;
  /** `TLSv1.3`: the newest that both sides speak. */
  readonly protocol: string;
}

/** An alarm with what it needs to be of use. */
export interface AlarmFacts {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly reason: string;
  /** Who is notified when it goes off: how many actions, 0 where they are switched off. */
  readonly actions: number;
}

export interface LogGroupFacts {
  readonly name: string;
  /** Absent where logs are kept for ever. */
  readonly retentionDays?: number | undefined;
}

/** Facts about what a service needs, read for its checks. Nothing here changes anything. */
export interface ServiceFacts extends BalancerReads {
  /** @throws Error where there is no such image */
  imageConfiguration(source: ImageSource, digest: string): Promise<ImageConfiguration>;
  /** Compressed size in bytes, as ECR has it. @throws Error where there is no such image */
  imageBytes(source: ImageSource, digest: string): Promise<number>;
  /** `undefined` for an image that was never scanned. */
  imageScan(source: ImageSource, digest: string): Promise<ImageScan | undefined>;
  /** @throws Error where there is no connection or no certificate */
  tls(host: string, port: number): Promise<TlsFacts>;
  /** Those of the named alarms that exist. */
  alarms(names: readonly string[]): Promise<readonly AlarmFacts[]>;
  /** Whether there is a dashboard of this name. */
  hasDashboard(name: string): Promise<boolean>;
  /** `undefined` where there is no such log group. */
  logGroup(name: string): Promise<LogGroupFacts | undefined>;
  /** State of an ECS cluster, such as `ACTIVE`; `undefined` where there is none. */
  clusterStatus(name: string): Promise<string | undefined>;
  /** Asks a SQL database through the probe in a VPC. @throws Error where there is no such probe, or it cannot be called */
  database(vpcId: string, question: SqlQuestion): Promise<SqlAnswer>;
  /** Asks a Redis or Valkey through the probe in a VPC. @throws Error where there is no such probe, or it cannot be called */
  cache(vpcId: string, question: RedisQuestion): Promise<RedisAnswer>;
  /** Lists a bucket through the probe in a VPC. @throws Error where there is no such probe, or it cannot be called */
  bucket(vpcId: string, question: BucketQuestion): Promise<BucketAnswer>;
}
