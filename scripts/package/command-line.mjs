import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The oldest Node that runs the package: from it on, `util.styleText` heeds NO_COLOR and pipes. */
const target = 'node20.18';

/**
 * A command reads a few documents and ends: to compile a parser for each shape takes longer than all that it saves, and zod asks for it
 * when a schema is made, so it is said before any is.
 */
const banner = 'globalThis.__zod_globalConfig ??= { jitless: true };';

/** CommonJS packages among the bundled ones call `require` for what Node brings. To make one takes time, and most files need none. */
const withRequire =
  "import { createRequire as _require } from 'node:module'; const require = _require(import.meta.url);\n";

/**
 * Bundles the command line into `dist/cli`: `sluice.mjs`, and beside it what only some verbs load.
 * @param {string} root the clone
 * @param {string} outdir where the bundle goes
 * @returns {Promise<string[]>} the modules that are in it, relative to the clone
 */
export async function buildCommandLine(root, outdir = path.join(root, 'dist', 'cli')) {
  // Loaded here, as it is there only after the set-up.
  const { build } = await import('esbuild');
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { sluice: 'lib/cli/main.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target,
    mainFields: ['module', 'main'],
    banner: { js: banner },
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path: file, text } of outputFiles) {
    writeFileSync(file, /\brequire\b/.test(text) ? `${withRequire}${text}` : text);
  }
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}
