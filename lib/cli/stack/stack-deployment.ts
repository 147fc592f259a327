import type { StagePatch } from '../../../serverless/limit-patches.cjs';
import type { ListedStack } from '../../../serverless/stage-names.cjs';
import type { ParameterValues, StackTemplate } from './stack-template.ts';

/** A stack as CloudFormation describes it. */
export interface DeployedStack {
  /** ARN, which goes on to name it after its deletion. */
  readonly id: string;
  readonly status: string;
  /** Why it has that status; empty where CloudFormation does not say. */
  readonly reason: string;
  readonly parameters: ParameterValues;
  readonly tags: Readonly<Record<string, string>>;
  /** When it was changed last, or created. */
  readonly changedAt: string;
}

/** One resource that a change set adds, changes or removes. */
export interface StackChange {
  readonly action: 'Add' | 'Modify' | 'Remove' | 'Import' | 'Dynamic';
  readonly id: string;
  readonly type: string;
  /** Whether another resource takes the place of the one that is there: `True`, `False` or `Conditional`. */
  readonly replacement: string;
}

/** A resource to be taken into a stack. */
export interface ImportedResource {
  readonly id: string;
  readonly type: string;
  readonly property: string;
  readonly name: string;
}

/** What a change set is made of. */
export interface ChangeRequest {
  readonly type: 'CREATE' | 'UPDATE' | 'IMPORT';
  /** A short template itself, or the URL of one in a bucket: CloudFormation takes 51,200 bytes in a request. */
  readonly template: { readonly body: string } | { readonly url: string };
  readonly parameters: ParameterValues;
  readonly imports?: readonly ImportedResource[];
}

/** A change set that CloudFormation has worked out. */
export interface ChangeSet {
  readonly name: string;
  readonly changes: readonly StackChange[];
}

export interface StackEvent {
  readonly id: string;
  readonly resource: string;
  /** Name or ARN of the resource; of a nested stack its ARN. Empty where it has none yet. */
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  /** Whether it is about the stack itself, rather than a resource of it. */
  readonly ofStack: boolean;
}

/** Names by which an earlier stack may have left something behind. */
export type KeptKind = 'AWS::DynamoDB::Table' | 'AWS::S3::Bucket';

/** One stack of a region, and the bucket that holds its code. */
export interface StackDeployment {
  readonly name: string;
  region(): Promise<string>;
  /** The stack; `undefined` where there is none. */
  describe(): Promise<DeployedStack | undefined>;
  /** Names of its resources by logical id, without those that were deleted. */
  resources(): Promise<ReadonlyMap<string, string>>;
  /** Every stack of the account and region. */
  stacks(): Promise<readonly ListedStack[]>;
  /** The template that it was deployed with. */
  template(): Promise<StackTemplate>;
  /** Puts an object into a bucket, unless it is there; answers whether it had to. */
  upload(bucket: string, key: string, content: () => Promise<Uint8Array>): Promise<boolean>;
  /** Works out what a template would change, and waits for that; a change set without changes is removed, and is `undefined`. */
  prepare(request: ChangeRequest): Promise<ChangeSet | undefined>;
  execute(changeSet: string): Promise<void>;
  discard(changeSet: string): Promise<void>;
  /** What happened since an event, the oldest first; all of it where none is named. */
  events(stackId: string, after: string | undefined): Promise<readonly StackEvent[]>;
  /** Changes the stage of an API, which has its name from the stage of the stack. */
  changeApiStage(api: string, patches: readonly StagePatch[]): Promise<void>;
  /** Whether something of that name is there. */
  isThere(kind: KeptKind, name: string): Promise<boolean>;
  /** Removes every object of a bucket: one that holds anything is not deleted. */
  emptyBucket(bucket: string): Promise<void>;
  remove(): Promise<void>;
}
