import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { requireNode24 } from '../find-node24.mjs';
import { databasesArePresent, fetchDatabases } from './databases.mjs';
import { dependenciesArePresent, installDependencies } from './dependencies.mjs';
import { SetupFailure } from './failure.mjs';
import { withLock } from './lock.mjs';
import { installModelChecker, modelCheckerIsPresent } from './model-checker.mjs';
import { npmFolder } from './npm-folder.mjs';
import { buildEnvironment, environmentIsPresent, environments } from './python-environment.mjs';
import { fetchPrometheus, prometheusIsPresent } from './prometheus.mjs';
import { installShells, shellsArePresent } from './shells.mjs';

const oldestNode = 20;

/** The parts that are no Python environments. */
const others = {
  model: { isPresent: modelCheckerIsPresent, install: installModelChecker },
  prometheus: { isPresent: prometheusIsPresent, install: fetchPrometheus },
  databases: { isPresent: databasesArePresent, install: fetchDatabases },
  shells: { isPresent: shellsArePresent, install: installShells },
  nodes: npmFolder({
    what: 'older Nodes to try the package under',
    source: ['test', 'package', 'nodes'],
    folder: ['.sluice', 'nodes'],
    log: 'nodes.log',
  }),
  cdk: npmFolder({
    what: 'the CDK for its building block',
    source: ['examples', 'cdk'],
    folder: ['examples', 'cdk'],
    log: 'cdk.log',
  }),
};

/**
 * Does what is missing, one set-up of a clone at a time.
 * @param {string} root the clone
 * @param {('emulator' | 'linters' | 'opinions' | 'model' | 'prometheus' | 'databases' | 'shells' | 'nodes' | 'cdk')[]} wanted the parts that
 *   are needed: Python environments, the model checker, a Prometheus, databases, shells, the older Nodes that the package is tried under, or the CDK
 */
export async function setUp(root, wanted) {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < oldestNode) {
    throw new SetupFailure(
      `Node ${process.versions.node} is too old: install Node ${oldestNode} or newer, then run the command again.`,
    );
  }
  if (!isComplete(root, wanted)) {
    mkdirSync(path.join(root, '.sluice'), { recursive: true });
    await withLock(path.join(root, '.sluice'), (holder) => complete(root, wanted, holder));
  }
  requireNode24(root);
}

function isComplete(root, wanted) {
  return dependenciesArePresent(root) && wanted.every((name) => isPresent(root, name));
}

function isPresent(root, name) {
  return others[name]?.isPresent(root) ?? environmentIsPresent(root, environments[name]);
}

/** Looks again at each part: another set-up may have done it while this one waited for the lock. */
async function complete(root, wanted, holder) {
  if (!dependenciesArePresent(root)) {
    await installDependencies(root, holder);
    tryNode24(root);
  }
  for (const name of wanted) {
    if (isPresent(root, name)) continue;
    if (name in others) await others[name].install(root, holder);
    else await buildEnvironment(root, environments[name], holder);
  }
}

/** A binary that is there need not run: its C library may be newer than the system's. */
function tryNode24(root) {
  const node = requireNode24(root);
  const { status, stderr, error } = spawnSync(node, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw new SetupFailure(
    `${node} does not run here (${reason}): use a system with a newer C library, then run the command again.`,
  );
}
