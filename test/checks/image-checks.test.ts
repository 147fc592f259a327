import type { ImageScan } from '../../lib/ports/service-facts.ts';
import type { Alterations } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';
import { taskDefinition } from './task-definition.ts';

const bytes = (size: number): Alterations => ({ facts: { imageBytes: () => Promise.resolve(size) } });

fourTests('image-size', {
  passes: [
    { when: 'it is under 1 GB', world: bytes(999_900_000), saw: '999.9 MB, the limit is 1000 MB' },
    {
      when: 'it is under a higher limit',
      settings: { megabytes: 2000 },
      world: bytes(1_500_000_000),
      saw: /^1500\.0 MB/,
    },
  ],
  fails: [
    { when: 'it is over 1 GB', world: bytes(1_000_100_000), saw: '1000.1 MB, the limit is 1000 MB' },
    { when: 'it is over a lower limit', settings: { megabytes: 100 }, world: bytes(120_000_000), saw: /^120\.0 MB/ },
  ],
});

const scanned = (scan: ImageScan | undefined): Alterations => ({ facts: { imageScan: () => Promise.resolve(scan) } });
const found = (...findings: ImageScan['findings']): Alterations => scanned({ status: 'COMPLETE', findings });
const high = { id: 'CVE-2026-1', severity: 'HIGH' };
const until = (day: string) => ({ allowed: [{ id: 'CVE-2026-1', until: day, reason: 'no fix yet' }] });

fourTests('image-scan', {
  passes: [
    { when: 'nothing was found', world: found(), saw: '0 findings, none above MEDIUM' },
    {
      when: 'the gravest finding is of medium severity',
      world: found({ id: 'x', severity: 'MEDIUM' }),
      saw: '1 findings, none above MEDIUM',
    },
    {
      when: 'the finding is allowed until today',
      settings: until('2026-03-01'),
      world: found(high),
      saw: '1 findings, none above MEDIUM, 1 allowed',
    },
    {
      when: 'enhanced scanning goes on',
      world: scanned({ status: 'ACTIVE', findings: [] }),
      saw: '0 findings, none above MEDIUM',
    },
    {
      when: 'the spec takes high ones',
      settings: { highest: 'HIGH' },
      world: found(high),
      saw: '1 findings, none above HIGH',
    },
  ],
  fails: [
    { when: 'a finding is high', world: found(high), saw: 'CVE-2026-1 (HIGH)' },
    {
      when: 'the day of the allowed finding is over',
      settings: until('2026-02-28'),
      world: found(high),
      saw: 'CVE-2026-1 (HIGH)',
    },
    {
      when: 'another finding is allowed',
      settings: until('2026-12-31'),
      world: found({ id: 'CVE-2026-2', severity: 'CRITICAL' }),
      saw: 'CVE-2026-2 (CRITICAL)',
    },
    {
      when: 'there are more than can be named',
      world: found(...['1', '2', '3', '4', '5', '6', '7'].map((id) => ({ id, severity: 'CRITICAL' }))),
      saw: '1 (CRITICAL), 2 (CRITICAL), 3 (CRITICAL), 4 (CRITICAL), 5 (CRITICAL) and 2 more',
    },
    { when: 'it was never scanned', world: scanned(undefined), saw: 'the image was never scanned' },
    { when: 'the scan failed', world: scanned({ status: 'FAILED', findings: [] }), saw: 'the scan ended as FAILED' },
  ],
});

const built = (written: string | undefined, ...architectures: readonly string[]): Alterations => ({
  ...taskDefinition({ task: written === undefined ? {} : { 'runtimePlatform.cpuArchitecture': written } }),
  facts: { imageConfiguration: () => Promise.resolve({ user: 'app', architectures }) },
});

fourTests('image-architecture', {
  passes: [
    { when: 'both are x86', world: built(undefined, 'amd64'), saw: 'an image for amd64, tasks on X86_64' },
    {
      when: 'the image is for several',
      world: built('ARM64', 'amd64', 'arm64'),
      saw: 'an image for amd64, arm64, tasks on ARM64',
    },
  ],
  fails: [
    { when: 'an ARM image meets x86', world: built(undefined, 'arm64'), saw: 'an image for arm64, tasks on X86_64' },
    { when: 'an x86 image meets ARM', world: built('ARM64', 'amd64'), saw: 'an image for amd64, tasks on ARM64' },
  ],
});
