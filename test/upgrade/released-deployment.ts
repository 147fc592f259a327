import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { sample } from '../../local/sample/sample-names.ts';
import type { SampleService } from '../../local/sample/sample-service.ts';
import { type Deploy, deployFrom } from '../../local/stack/deploy.ts';
import type { LocalAws } from '../../local/stack/local-aws.ts';
import { localStage } from '../../local/stack/stage.ts';
import { type ReleasedStack, unpackRelease } from './released-stack.ts';

const run = promisify(execFile);

/** A spec as a team of that release would have written it, with bakes long enough for an upgrade in between. */
function patientSpec({ ruleArn, targetGroups }: SampleService): string {
  return `service: ${sample.service}
cluster: ${sample.cluster}
container: ${sample.container}
image: { repository: ${sample.repository} }
slots:
  a: { service: ${sample.slots.a}, targetGroup: '${targetGroups.a}' }
  b: { service: ${sample.slots.b}, targetGroup: '${targetGroups.b}' }
traffic:
  - rule: ${ruleArn}
period: 1s
lag: 1s
minimumRequests: 20
# Errors alone: how soon a version answers depends on what else the machine does.
gates:
  - { name: error-rate, bad: { metric: errors }, total: { metric: requests }, pass: 20%, abort: 50% }
timeouts: { hold: 5m, guard: 5m, interference: 5m }
steps:
  - { weight: 25, bake: 10m }
  - { weight: 100, bake: 10m }
analysis: { history: 30s }
approvals: { required: [] }
`;
}

/** A release unpacked into a folder of its own: it can be deployed, and its command line used. */
export class ReleasedDeployment {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async of(release: ReleasedStack): Promise<ReleasedDeployment> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-release-'));
    await unpackRelease(release, folder);
    return new ReleasedDeployment(folder);
  }

  /** Deploys the package as it was made. */
  readonly deploy: Deploy = (supervisor, aws, logs) =>
    deployFrom(
      { path: this.#folder, environment: { TMPDIR: this.#folder } },
      ['--package', '.serverless'],
      supervisor,
      aws,
      logs,
    );

  /** Applies a spec with the release's own command, so that the record has what that release writes. */
  async applySpec({ environment }: LocalAws, service: SampleService): Promise<void> {
    const file = path.join(this.#folder, 'web.yml');
    await writeFile(file, patientSpec(service));
    await run(process.execPath, ['lib/cli/main.mjs', 'apply', file, '--stage', localStage], {
      ...{ cwd: this.#folder, timeout: 60_000 },
      env: { PATH: process.env['PATH'], HOME: this.#folder, ...environment },
    });
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
