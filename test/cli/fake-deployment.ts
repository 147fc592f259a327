import type { ListedStack } from '../../serverless/stage-names.cjs';
import type { StagePatch } from '../../serverless/limit-patches.cjs';
import type {
  ChangeRequest,
  ChangeSet,
  DeployedStack,
  ImportedResource,
  StackChange,
  StackDeployment,
  StackEvent,
} from '../../lib/cli/stack/stack-deployment.ts';
import { stackTemplate, type PackagedStack, type StackTemplate } from '../../lib/cli/stack/stack-template.ts';

const at = '2026-03-01T10:00:00.000Z';
const bucket = { Type: 'AWS::S3::Bucket', Properties: {} };

/** A stack of one function, one rule and one table, as the build would pack it. */
export function samplePackage(): PackagedStack {
  const name = { 'Fn::Sub': 'sluice-${Stage}-Health' };
  return {
    packagedFor: 'production',
    chapters: {},
    core: stackTemplate.parse({ Resources: { ServerlessDeploymentBucket: bucket } }),
    template: stackTemplate.parse({
      Description: 'Sluice 1.2.3',
      Parameters: {
        Stage: { Type: 'String', AllowedPattern: '[a-z][a-z0-9-]{0,18}' },
        LogLevel: { Type: 'String', Default: 'INFO', AllowedValues: ['INFO', 'DEBUG'] },
      },
      Resources: {
        ServerlessDeploymentBucket: bucket,
        RolloutTable: {
          ...{ Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'RetainExceptOnCreate' },
          Properties: { TableName: { 'Fn::Sub': 'sluice-${Stage}' } },
        },
        HealthLambdaFunction: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: name, Code: {} } },
        HealthLambdaVersionAAAAAAAAAA: {
          ...{ Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain' },
          Properties: { FunctionName: { Ref: 'HealthLambdaFunction' }, CodeSha256: 'AAEC' },
        },
        SluiceproductionHealthrule1EventBridgeRule: { Type: 'AWS::Events::Rule', Properties: {} },
      },
    }),
    zip: (function_) => Promise.resolve(Buffer.from(`code of ${function_}`)),
  };
}

const ofStack = { type: 'AWS::CloudFormation::Stack', ofStack: true };

/** An event of a stack, about a resource of no special type unless it says otherwise. */
export function stackEvent(id: string, event: Partial<StackEvent>): StackEvent {
  const about = { resource: 'Resource', type: 'AWS::Some::Resource', physicalId: '', ofStack: false };
  return { id, status: '', reason: '', ...about, ...event };
}

/** CloudFormation in memory: it executes what was prepared, at once or with a failure that a test asks for. */
export class FakeDeployment implements StackDeployment {
  readonly name = 'sluice-production';
  readonly objects = new Map<string, Uint8Array>();
  /** What is there without belonging to the stack. */
  readonly leftBehind = new Set<string>();
  readonly prepared: ChangeRequest[] = [];
  readonly emptied: string[] = [];
  /** Other stacks of the region. */
  others: readonly ListedStack[] = [];
  /** Changes of API stages, by API. */
  readonly patched = new Map<string, readonly StagePatch[]>();
  /** With which a change of an API stage fails. */
  refusesPatches: Error | undefined;
  tags: Readonly<Record<string, string>> = { application: 'sluice', stage: 'production' };
  /** Status that the stack has, where a test says so. */
  status: string | undefined;
  /** Events with which the next execution fails. */
  failsWith: readonly (Pick<StackEvent, 'resource' | 'reason'> & Partial<StackEvent>)[] = [];
  /** Events of nested stacks, by ARN. */
  readonly nested = new Map<string, readonly StackEvent[]>();
  #own: StackTemplate | undefined;
  #values: Readonly<Record<string, string>> = {};
  readonly #sets = new Map<string, ChangeRequest>();
  readonly #events: StackEvent[] = [];

  region() {
    return Promise.resolve('eu-west-1');
  }

  describe(): Promise<DeployedStack | undefined> {
    if (this.#own === undefined && this.status === undefined && this.#sets.size === 0)
      return Promise.resolve(undefined);
    return Promise.resolve({
      id: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/sluice-production/1',
      status: this.status ?? (this.#own === undefined ? 'REVIEW_IN_PROGRESS' : 'UPDATE_COMPLETE'),
      ...{ reason: '', parameters: this.#values, tags: this.tags, changedAt: at },
    });
  }

  resources() {
    const ids = Object.keys(this.#own?.Resources ?? {});
    return Promise.resolve(new Map(ids.map((id) => [id, `physical-${id}`])));
  }

  stacks() {
    return Promise.resolve(this.others);
  }

  template() {
    return Promise.resolve(this.#own ?? stackTemplate.parse({ Resources: {} }));
  }

  async upload(into: string, key: string, content: () => Promise<Uint8Array>) {
    const name = `${into}/${key}`;
    if (this.objects.has(name)) return false;
    this.objects.set(name, await content());
    return true;
  }

  prepare(request: ChangeRequest): Promise<ChangeSet | undefined> {
    this.prepared.push(request);
    const next = this.#templateOf(request);
    const own = this.#own?.Resources ?? {};
    // Only what names the stage depends on a parameter here, and the version's id on all of them.
    const text = (one: unknown) => JSON.stringify(one);
    const added = Object.keys(next.Resources).filter((id) => own[id] === undefined);
    const changed = Object.entries(next.Resources).filter(([id, one]) => id in own && text(one) !== text(own[id]));
    const removed = Object.keys(own).filter((id) => next.Resources[id] === undefined);
    const change = (action: StackChange['action'], id: string) => {
      return { action, id, type: (next.Resources[id] ?? own[id])?.Type ?? '', replacement: 'False' };
    };
    const changes = [
      ...added.map((id) => change(request.type === 'IMPORT' ? 'Import' : 'Add', id)),
      ...changed.map(([id]) => change('Modify', id)),
      ...removed.map((id) => change('Remove', id)),
    ];
    if (changes.length === 0) return Promise.resolve(undefined);
    const name = `set-${this.prepared.length}`;
    this.#sets.set(name, request);
    return Promise.resolve({ name, changes });
  }

  execute(changeSet: string): Promise<void> {
    const request = this.#sets.get(changeSet);
    if (request === undefined) throw new Error(`There is no change set ${changeSet}.`);
    this.#sets.delete(changeSet);
    if (this.failsWith.length > 0) {
      for (const { resource, reason, ...more } of this.failsWith) this.#tell(resource, 'CREATE_FAILED', reason, more);
      this.#tell(this.name, 'UPDATE_ROLLBACK_COMPLETE', '', ofStack);
      return Promise.resolve();
    }
    const taken = (request.imports ?? []).map(({ name }: ImportedResource) => name);
    const next = this.#templateOf(request);
    const added = Object.entries(next.Resources).filter(([id]) => this.#own?.Resources[id] === undefined);
    for (const [id, { Properties }] of added) {
      const names = Object.values(Properties ?? {}).map((value) => JSON.stringify(value));
      const inTheWay = [...this.leftBehind].find((left) =>
        names.some((name) => [left, `{"Fn::Sub":"${left.replace('production', '${Stage}')}"}`].includes(name)),
      );
      if (inTheWay === undefined || taken.includes(inTheWay)) continue;
      this.#tell(id, 'CREATE_FAILED', `${inTheWay} already exists`);
      this.#tell(this.name, 'UPDATE_ROLLBACK_COMPLETE', '', ofStack);
      return Promise.resolve();
    }
    this.#own = next;
    this.#values = request.parameters;
    this.#tell(this.name, `${request.type}_COMPLETE`, '', ofStack);
    return Promise.resolve();
  }

  discard(changeSet: string): Promise<void> {
    this.#sets.delete(changeSet);
    return Promise.resolve();
  }

  events(stackId: string, after: string | undefined) {
    const nested = this.nested.get(stackId);
    if (nested !== undefined) return Promise.resolve(nested);
    return Promise.resolve(this.#events.slice(after === undefined ? 0 : Number(after)));
  }

  changeApiStage(api: string, patches: readonly StagePatch[]): Promise<void> {
    if (this.refusesPatches !== undefined) return Promise.reject(this.refusesPatches);
    this.patched.set(api, patches);
    return Promise.resolve();
  }

  isThere(_kind: string, name: string) {
    return Promise.resolve(this.leftBehind.has(name));
  }

  emptyBucket(name: string): Promise<void> {
    this.emptied.push(name);
    return Promise.resolve();
  }

  remove(): Promise<void> {
    this.#own = undefined;
    this.#tell(this.name, 'DELETE_COMPLETE', '', ofStack);
    return Promise.resolve();
  }

  #templateOf({ template }: ChangeRequest): StackTemplate {
    if ('body' in template) return stackTemplate.parse(JSON.parse(template.body));
    const key = new URL(template.url).pathname.slice(1);
    const found = this.objects.get(key);
    if (found === undefined) throw new Error(`There is no template ${key}.`);
    return stackTemplate.parse(JSON.parse(Buffer.from(found).toString('utf8')));
  }

  #tell(resource: string, status: string, reason: string, more: Partial<StackEvent> = {}): void {
    const event = stackEvent(String(this.#events.length + 1), { resource, status, reason, ...more });
    this.#events.push(event);
  }
}
