const { createRequire } = require('node:module');

/**
 * Compresses the zips of functions by zlib's default level. The packager of functions leaves that to its archiver, which packs for
 * speed: a zip is then an eighth larger, and so is what Lambda loads at every cold start.
 */
class CompressedZips {
  constructor() {
    const archiver = createRequire(require.resolve('serverless-esbuild'))('archiver');
    const { create } = archiver;
    archiver.create = (format, options) => create(format, { zlib: { level: 6 }, ...options });
    this.hooks = {};
  }
}

module.exports = CompressedZips;
