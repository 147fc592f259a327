import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      inBundle: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

describe.each(['package-lock.json', 'test/package/nodes/package-lock.json', 'examples/cdk/package-lock.json'])(
  '%s',
  (file) => {
    const { packages } = lockfile.parse(JSON.parse(read(file)));
    // What is no link to a folder of the clone comes from a registry, or within a package that does, under its hash.
    const installed = Object.entries(packages).filter(
      ([where, { link, inBundle }]) => where.startsWith('node_modules/') && link !== true && inBundle !== true,
    );

    test('pins every package by version and hash, and names no registry', () => {
      expect(
        installed.filter(([, { version, integrity }]) => version === undefined || integrity === undefined),
      ).toEqual([]);
      expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    });

    // npm leaves out what the registry of the moment lacks for another platform; `npm ci` then refuses on every platform.
    test('holds the optional packages of every platform', () => {
      const missing = Object.entries(packages).flatMap(([where, { optionalDependencies = {} }]) =>
        Object.keys(optionalDependencies)
          .filter((name) => !placesFor(where, name).some((place) => place in packages))
          .map((name) => `${name}, wanted by ${where}`),
      );

      expect(missing).toEqual([]);
    });
  },
);

/** Where Node would find a package from another one: in its own node_modules, or in those further up. */
function placesFor(where: string, name: string): string[] {
  const places: string[] = [];
  for (let from = where; ; from = from.slice(0, from.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
    places.push(from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`);
    if (from === '') return places;
  }
}

describe('the requirements of the local AWS', () => {
  const pins = read('local/python/requirements.txt')
    .replaceAll(/^ *#.*$/gm, '')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');

  test('pin every package by version and hash, and name no index', () => {
    expect(pins.length).toBeGreaterThan(10);
    for (const pin of pins) expect(pin).toMatch(/^[a-z0-9-]+==[0-9a-z.]+( ; [^-]+)?( +--hash=sha256:[0-9a-f]{64})+ *$/);
  });

  test('hold what requirements.in asks for', () => {
    const [, asked = ''] = /^(ministack==\S+)$/m.exec(read('local/python/requirements.in')) ?? [];

    expect(pins.filter((pin) => pin.startsWith(`${asked} `))).toHaveLength(1);
  });
});

// A script of a package would run with the rights of whoever installs it; those of the set-up's own calls are `command-options`.
test('whoever installs is told to run no scripts of packages', () => {
  const pages = execFileSync(
    'git',
    ['ls-files', 'README.md', 'CONTRIBUTING.md', 'docs', 'scripts', 'examples', '.ci'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  ).split('\n');
  const lines = pages
    .filter((file) => /\.(?:md|mjs|ya?ml|sh)$|run$/.test(file) && !/^docs\/(?:adr|zh-TW)\//.test(file))
    .flatMap((file) =>
      read(file)
        .split('\n')
        .map((line) => `${file}: ${line}`),
    )
    .filter((line) => /(?:^\S+: |`|&& |run: )npm ci\b|'ci',/.test(line));

  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
});
