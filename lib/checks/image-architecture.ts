import type { Check } from './check.ts';
import { greenDefinition } from './green-definition.ts';

/** An image for another processor ends with `exec format error` as soon as a task starts. */
export const imageArchitecture: Check = {
  name: 'image-architecture',
  expected: 'the image to be built for the processor that the task definition names',
  page: {
    asks: 'Is the image built for the processor of the tasks?',
    reads: 'the configuration of the image, and `runtimePlatform` of the task definition that green gets',
    rights: ['ecs:DescribeTaskDefinition', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    fails: 'the image has no variant for it (`X86_64` where the task definition says nothing)',
    fix: 'build the image for that processor, or for both, or change `runtimePlatform`',
    answers: 'Image fits the processor of the tasks',
  },
  async observe(state, world) {
    const { facts } = await greenDefinition(state, world);
    const written = facts.settings?.['runtimePlatform.cpuArchitecture'] ?? 'X86_64';
    const wanted = written === 'ARM64' ? 'arm64' : 'amd64';
    const { architectures } = await world.facts.imageConfiguration(state.spec.image, state.image.digest);
    return {
      passed: architectures.includes(wanted),
      saw: `an image for ${architectures.join(', ')}, tasks on ${written}`,
    };
  },
};
