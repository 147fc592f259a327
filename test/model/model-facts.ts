import type { ServiceFacts } from '../../lib/ports/service-facts.ts';

/** Facts of a service that has all that checks ask for; a test changes what it is about. */
export function modelFacts(): ServiceFacts {
  return {
    imageConfiguration: () => Promise.resolve({ user: 'app', architectures: ['amd64'] }),
    imageBytes: () => Promise.resolve(120_000_000),
    imageScan: () => Promise.resolve({ status: 'COMPLETE', findings: [] }),
  };
}
