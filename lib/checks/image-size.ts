import type { Check } from './check.ts';

/** A large image takes minutes to pull on a new host, and a rollback or a scale-out waits for it. */
export const imageSize: Check = {
  name: 'image-size',
  expected: 'the compressed image to have at most `megabytes`',
  page: {
    asks: 'Is the image small enough to start quickly?',
    reads: 'the compressed size of the image in ECR',
    rights: ['ecr:DescribeImages'],
    fails: 'it has more than `megabytes` (1000 by default; a megabyte is 1,000,000 bytes)',
    fix: 'build from a smaller base image, and leave build tools out of the last stage',
    answers: 'Image under 1 GB',
  },
  async observe({ spec, image }, { facts }) {
    const { megabytes = 1000 } = spec.checks?.['image-size'] ?? {};
    const found = (await facts.imageBytes(spec.image, image.digest)) / 1_000_000;
    return { passed: found <= megabytes, saw: `${found.toFixed(1)} MB, the limit is ${String(megabytes)} MB` };
  },
};
