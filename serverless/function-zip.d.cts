/** Files of a zip, by their path in it. */
export type ZipFiles = Readonly<Record<string, Uint8Array>>;

/** Returns the zip of a function: the same bytes for the same files, on every machine. */
export function functionZip(files: ZipFiles): Uint8Array;

/** Returns the files of a zip that `functionZip` made. */
export function filesOfZip(zip: Uint8Array): ZipFiles;
