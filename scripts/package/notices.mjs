import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes `dist/THIRD-PARTY-NOTICES.txt`: name, version, licence and its text of every package that is in the bundle.
 * @param {string} root the clone
 * @param {string[]} modules files of the bundle, relative to the clone
 * @throws {Error} where a package says no licence
 */
export function writeNotices(root, modules) {
  const folders = [...new Set(modules.map(packageFolder).filter((folder) => folder !== undefined))].sort();
  const notices = folders.map((folder) => noticeOf(path.join(root, folder)));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  writeFileSync(
    path.join(root, 'dist', 'THIRD-PARTY-NOTICES.txt'),
    `Sluice's command line and its data probe contain these packages.${rule}${[...new Set(notices)].join(rule)}\n`,
  );
}

/** `node_modules/@scope/name` of a module inside it; the innermost one, where packages bring their own. */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${name} ${version} says no licence in its package.json.`);
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)(\.|$)/i.test(file))
    .sort()
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}
