// Keeps a released state of the product as a fixture, built from the clone's history by that state's own code and tools:
//   node scripts/node24.mjs scripts/package-release.mjs <commit> <version> [file]
// Prints the SHA-256 of the document; the same commit always makes the same one.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, inflateRawSync, zstdCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What a deployment of a package reads besides the package itself. */
const configuration = ['serverless.yml', 'serverless', 'statemachines', 'package.json'];
/** Writes one event of every type, a state in every phase, and what each event makes of each state. */
const record = `
import { isDeepStrictEqual } from 'node:util';
import { evolve } from './lib/rollout/state.ts';
import { at, inPhase, samples } from './test/rollout/sample-events.ts';
const after = (state, event) => { try { return evolve(state, event, at).phase; } catch { return undefined; } };
const phases = Object.entries(inPhase).map(([phase, state]) => [phase, Object.fromEntries(
  Object.entries(samples).map(([type, event]) => [type, after(state, event)]).filter(([, next]) => next !== undefined))]);
process.stdout.write(JSON.stringify({ at, events: samples, states: inPhase, becomes: Object.fromEntries(phases) }));
`;

const [commit, version, target] = process.argv.slice(2);
if (commit === undefined || version === undefined) {
  process.stderr.write('usage: node scripts/node24.mjs scripts/package-release.mjs <commit> <version> [file]\n');
  process.exitCode = 2;
} else {
  await keep(target ?? path.join(root, `test/upgrade/fixtures/sluice-${version}.json.zst`));
}

async function keep(file) {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30 }).trim();
  const whole = git('rev-parse', `${commit}^{commit}`);
  const committedAt = new Date(Number(git('show', '-s', '--format=%ct', whole)) * 1000);
  const folder = mkdtempSync(path.join(tmpdir(), 'sluice-release-'));
  try {
    execFileSync('sh', ['-c', 'git -C "$0" archive "$1" | tar -x -C "$2"', root, whole, folder]);
    installDependencies(folder);
    packageStack(folder);
    const document = {
      version,
      commit: whole,
      files: { ...textsOf(folder, configuration), ...packagedTexts(folder, committedAt) },
      functions: functionsOf(folder),
      commandLine: await bundledCommandLine(folder),
      record: JSON.parse(inCheckout(folder, ['--input-type=module', '--eval', record])),
    };
    const text = JSON.stringify(document);
    const params = { [constants.ZSTD_c_compressionLevel]: 19, [constants.ZSTD_c_windowLog]: 26 };
    const kept = zstdCompressSync(text, { params });
    writeFileSync(file, kept);
    console.log(
      `${path.relative(root, file)}: ${kept.length} bytes\n${createHash('sha256').update(text).digest('hex')}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The dependencies of that commit's lockfile; this clone's where they are the same. */
function installDependencies(folder) {
  const lockOf = (where) => readFileSync(path.join(where, 'package-lock.json'), 'utf8');
  if (lockOf(folder) === lockOf(root)) symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  else execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
}

function packageStack(folder) {
  const settings = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'us-east-1', CI: '1' };
  const args = ['node_modules/serverless/bin/serverless.js', 'package', '--stage', 'local', '--region', 'us-east-1'];
  inCheckout(folder, args, settings);
}

function inCheckout(folder, args, settings = {}) {
  return execFileSync(process.execPath, args, {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...process.env, ...settings },
  });
}

function textsOf(folder, names) {
  const files = names.flatMap((name) => {
    const whole = path.join(folder, name);
    if (!statSync(whole).isDirectory()) return [name];
    return readdirSync(whole, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  });
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** Template and state of the package. The framework puts the time into names; here it is the commit's. */
function packagedTexts(folder, committedAt) {
  const names = readdirSync(path.join(folder, '.serverless'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => `.serverless/${name}`);
  const texts = Object.entries(textsOf(folder, names)).map(([name, text]) => [
    name,
    JSON.stringify(sorted(JSON.parse(text)))
      .replaceAll(/\d{13}-\d{4}-\d\d-\d\dT[\d:.]+Z/g, `${committedAt.getTime()}-${committedAt.toISOString()}`)
      .replaceAll(/(ApiGatewayDeployment)\d{13}/g, `$1${committedAt.getTime()}`),
  ]);
  return Object.fromEntries(texts);
}

/** The same with its keys in order: the framework's differs from run to run. */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, sorted(one)]);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The code of each function, by the file's name inside its zip. A zip itself depends on the machine that packs it. */
function functionsOf(folder) {
  const zips = readdirSync(path.join(folder, '.serverless'))
    .filter((name) => name.endsWith('.zip'))
    .sort();
  return Object.fromEntries(
    zips.map((name) => [path.basename(name, '.zip'), filesInZip(readFileSync(path.join(folder, '.serverless', name)))]),
  );
}

/** Reads a zip by its central directory. */
function filesInZip(zip) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const files = {};
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    const content = zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    const text = content.toString('utf8');
    if (!Buffer.from(text, 'utf8').equals(content)) throw new Error('A function has a file that is no text.');
    files[zip.subarray(at + 46, at + 46 + name).toString('utf8')] = text;
    at += 46 + name + extra + comment;
  }
  return files;
}

/** The `sluice` command of that commit as one file. */
async function bundledCommandLine(folder) {
  const { outputFiles } = await build({
    ...{ absWorkingDir: folder, entryPoints: ['lib/cli/main.ts'], bundle: true, write: false, minify: true },
    ...{ platform: 'node', target: 'node24', format: 'esm', mainFields: ['module', 'main'], logLevel: 'warning' },
    banner: {
      js: "import { createRequire as _require } from 'node:module'; const require = _require(import.meta.url);",
    },
  });
  return outputFiles[0].text;
}
