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

/** Facts about what a service needs, read for its checks. Nothing here changes anything. */
export interface ServiceFacts {
  /** @throws Error where there is no such image */
  imageConfiguration(source: ImageSource, digest: string): Promise<ImageConfiguration>;
  /** Compressed size in bytes, as ECR has it. @throws Error where there is no such image */
  imageBytes(source: ImageSource, digest: string): Promise<number>;
  /** `undefined` for an image that was never scanned. */
  imageScan(source: ImageSource, digest: string): Promise<ImageScan | undefined>;
}
