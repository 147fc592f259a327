import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { archiveOf, functionsIn } from '../../../lib/cli/stack/function-archive.ts';
import { filesOfZip, functionZip } from '../../../serverless/function-zip.cjs';

const bytes = (text: string) => Buffer.from(text);
const functions = {
  ShiftTraffic: { 'functions/shifting/shift-traffic.js': bytes('"use strict";' + 'exports.handler=1;'.repeat(400)) },
  Health: { 'functions/watching/health.js': bytes('exports.handler=2;'), 'empty.json': bytes(''), 'ß.txt': bytes('ß') },
};

describe('the archive of the functions', () => {
  test('gives back the files of each function, byte by byte', async () => {
    const { index, archive } = await archiveOf(functions);

    const taken = await functionsIn(index, archive);

    expect([...taken.keys()]).toEqual(['ShiftTraffic', 'Health']);
    for (const [name, files] of Object.entries(functions)) {
      const out = Object.entries(taken.get(name) ?? {}).map(([file, content]) => [
        file,
        Buffer.from(content).toString(),
      ]);
      expect(out).toEqual(Object.entries(files).map(([file, content]) => [file, content.toString()]));
    }
  });

  test('costs what two functions share once, though megabytes lie between', async () => {
    const random = Buffer.from(
      Array.from({ length: 300_000 }, (_, at) => createHash('md5').update(String(at)).digest()[0] ?? 0),
    );
    const between = Buffer.alloc(20_000_000, 'between ');
    const once = await archiveOf({ A: { 'a.js': random }, B: { 'b.js': between } });
    const twice = await archiveOf({ A: { 'a.js': random }, B: { 'b.js': between }, C: { 'c.js': random } });

    expect(twice.archive.length).toBeLessThan(once.archive.length + 10_000);
  });

  test.each([
    ['less', { Health: { 'health.js': 17 } }],
    ['more', { Health: { 'health.js': 19 } }],
  ])('is refused where its index names %s than it holds', async (_, index) => {
    const { archive } = await archiveOf({ Health: { 'health.js': bytes('exports.handler=2;') } });

    await expect(functionsIn(index, archive)).rejects.toThrow('The archive of the functions has 18 bytes');
  });
});

describe('the zip of a function', () => {
  test('has the files', () => {
    const { Health } = functions;

    const out = Object.entries(filesOfZip(functionZip(Health))).map(([file, content]) => [
      file,
      Buffer.from(content).toString(),
    ]);

    expect(out).toEqual([
      ['functions/watching/health.js', 'exports.handler=2;'],
      ['empty.json', ''],
      ['ß.txt', 'ß'],
    ]);
  });

  // The hash is part of the template: a zip that is another one elsewhere would be another version of every function.
  test('is the same on every machine, whatever its time zone', () => {
    const zip = functionZip(functions.ShiftTraffic);

    expect(createHash('sha256').update(zip).digest('hex')).toBe(
      '590ff9062d8c49fae5efcffe77b88b2c60fb9a33dd066757f2b795de17c9af8d',
    );
  });
});
