const { crc32, inflateRawSync } = require('node:zlib');
const { deflateRaw } = require('pako');

/**
 * The zip of a function. Its bytes follow from the files alone: the packager of the clone and a deployment by the package make the same
 * zip, on every machine and Node. Node's own zlib compresses differently on other processors, and the hash of a zip is in the template.
 *
 * Layout of a zip: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3
 */
function functionZip(files) {
  let at = 0;
  const entries = Object.entries(files).map(([name, content]) => {
    const entry = {
      at,
      name: Buffer.from(name),
      content,
      packed: Buffer.from(deflateRaw(content, { level: 9, memLevel: 6 })),
    };
    at += 30 + entry.name.length + entry.packed.length;
    return entry;
  });
  const local = entries.flatMap((entry) => [localHeader(entry), entry.name, entry.packed]);
  const central = entries.flatMap((entry) => [centralHeader(entry), entry.name]);
  return Buffer.concat([...local, ...central, end(entries, at)]);
}

/** The files of a zip that `functionZip` made. */
function filesOfZip(zip) {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.length);
  const files = {};
  for (let at = 0; bytes.readUInt32LE(at) === signatures.local;) {
    const [packed, name] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)];
    const from = at + 30 + name;
    files[bytes.toString('utf8', at + 30, from)] = inflateRawSync(bytes.subarray(from, from + packed));
    at = from + packed;
  }
  return files;
}

const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
/** Version 2.0, names in UTF-8, deflate, and the first moment that a zip can name: 1980-01-01. */
const common = [20, 0x0800, 8, 0, 0x0021];
/** Made on Unix: a plain file that its owner writes and everybody reads. */
const madeOn = (3 << 8) | 20;
const readable = (0o100644 << 16) >>> 0;

function localHeader(entry) {
  return fields([4, signatures.local], ...common.map(two), ...sizes(entry), [2, 0]);
}

function centralHeader(entry) {
  const rest = [
    [2, 0],
    [2, 0],
    [2, 0],
    [2, 0],
    [4, readable],
    [4, entry.at],
  ];
  return fields([4, signatures.central], [2, madeOn], ...common.map(two), ...sizes(entry), ...rest);
}

function end(entries, at) {
  const size = entries.reduce((sum, { name }) => sum + 46 + name.length, 0);
  return fields(
    [4, signatures.end],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, size],
    [4, at],
    [2, 0],
  );
}

function sizes({ name, content, packed }) {
  return [
    [4, crc32(content)],
    [4, packed.length],
    [4, content.length],
    [2, name.length],
  ];
}

const two = (value) => [2, value];

function fields(...written) {
  const bytes = Buffer.alloc(written.reduce((sum, [size]) => sum + size, 0));
  let at = 0;
  for (const [size, value] of written) at = bytes.writeUIntLE(value, at, size);
  return bytes;
}

module.exports = { functionZip, filesOfZip };
