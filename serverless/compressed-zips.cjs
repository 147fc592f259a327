const { createRequire } = require('node:module');
const { PassThrough } = require('node:stream');
const { functionZip } = require('./function-zip.cjs');

/**
 * Makes the zips of functions by `functionZip`, in place of the packager's archiver: that packs for speed, so that a zip is an eighth
 * larger, and with it what Lambda loads at every cold start; and its bytes depend on the machine.
 */
class CompressedZips {
  constructor() {
    const archiver = createRequire(require.resolve('serverless-esbuild'))('archiver');
    archiver.create = () => new CollectedZip();
    this.hooks = {};
  }
}

/** As much of an archiver as the packager uses. */
class CollectedZip extends PassThrough {
  #files = {};

  append(content, { name }) {
    this.#files[name] = content;
  }

  finalize() {
    this.end(functionZip(this.#files));
  }
}

module.exports = CompressedZips;
