import type { Check } from './check.ts';
import { counted } from '../specification/text/counted.ts';
import { greenDefinition } from './green-definition.ts';

/**
 * A tag of a sidecar's image may move at any time: then green runs another sidecar than the one that was tried, and a task that is started
 * after a rollback another one than before.
 */
export const imagesByDigest: Check = {
  name: 'images-by-digest',
  expected:
    'every other container names its image by digest (`name@sha256:…`); the rollout pins the image of the service itself',
  page: {
    asks: 'Do the other containers of green name their images by digest?',
    reads: 'the task definition that green gets',
    rights: ['ecs:DescribeTaskDefinition'],
    fails: 'a container besides the one that gets the new image names its image without `@sha256:`',
    fix: 'write the digest behind the image of the sidecar (`envoy:1.31@sha256:…`), or name the container in `allowed`',
  },
  async observe(state, world) {
    const { facts, containers } = await greenDefinition(state, world);
    const { container, checks } = state.spec;
    const allowed = checks?.['images-by-digest']?.allowed ?? [];
    const others = containers.filter((name) => name !== container);
    const wrong = others.filter(
      (name) => !allowed.includes(name) && !byDigest.test(facts.containers[name]?.image ?? ''),
    );
    if (wrong.length > 0) {
      const shown = wrong.map((name) => `${name}: ${facts.containers[name]?.image ?? 'no image'}`);
      return { passed: false, saw: `without a digest: ${shown.join(', ')}` };
    }
    return { passed: true, saw: `${counted(others.length, 'other container')}, each with a digest or in "allowed"` };
  },
};

const byDigest = /@sha256:[0-9a-f]{64}$/;
