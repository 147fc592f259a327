import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Puts the code of the data probe into its template, which then needs nothing else to be deployed.
 * @param {string} root the clone
 * @returns {Promise<{ template: string, modules: string[] }>} the template, and the modules that are in it, relative to the clone
 */
export async function dataProbe(root) {
  // Loaded here, as it is there only after the set-up.
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['serverless/probe/data-probe.ts'],
    outfile: 'index.js',
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: { 'iconv-lite': './serverless/bundle/utf8-alone.ts' },
    // An addon that `pg` would take where it were installed.
    external: ['pg-native'],
    logLevel: 'warning',
  });
  const template = readFileSync(path.join(root, 'serverless', 'probe', 'data-probe.yml'), 'utf8');
  const code = JSON.stringify(outputFiles[0].text);
  const modules = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
  return { template: template.replace("'{{code}}'", () => code), modules };
}
