import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import * as z from 'zod';
import type { ZipFiles } from '../../../serverless/function-zip.cjs';

/** Bytes of each file of each function, in the order in which the archive holds them. */
export const archiveIndex = z.record(z.string(), z.record(z.string(), z.int().min(0)));
export type ArchiveIndex = z.output<typeof archiveIndex>;

/** Functions share most of their code. All of them fit into the window, so what a later one has of an earlier one costs next to nothing. */
const window = 26;
const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Returns the files of all functions in one archive, and what is where in it. */
export async function archiveOf(
  functions: Readonly<Record<string, ZipFiles>>,
): Promise<{ readonly index: ArchiveIndex; readonly archive: Uint8Array }> {
  const whole = Buffer.concat(Object.values(functions).flatMap((files) => Object.values(files)));
  const sizes = (files: ZipFiles) => Object.entries(files).map(([name, bytes]) => [name, bytes.length] as const);
  const index = Object.entries(functions).map(([name, files]) => [name, Object.fromEntries(sizes(files))] as const);
  const params = {
    [constants.BROTLI_PARAM_LARGE_WINDOW]: 1,
    [constants.BROTLI_PARAM_LGWIN]: window,
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
  };
  return { index: Object.fromEntries(index), archive: await compress(whole, { params }) };
}

/** Returns the files of each function in an archive. @throws Error where it does not hold what its index says */
export async function functionsIn(index: ArchiveIndex, archive: Uint8Array): Promise<ReadonlyMap<string, ZipFiles>> {
  const whole = await decompress(archive, { params: { [constants.BROTLI_DECODER_PARAM_LARGE_WINDOW]: 1 } });
  let at = 0;
  const take = (bytes: number) => whole.subarray(at, (at += bytes));
  const functions = Object.entries(index).map(([name, files]) => {
    const taken = Object.entries(files).map(([file, bytes]) => [file, take(bytes)] as const);
    return [name, Object.fromEntries(taken)] as const;
  });
  if (at !== whole.length)
    throw new Error(`The archive of the functions has ${whole.length} bytes, its index names ${at}.`);
  return new Map(functions);
}
