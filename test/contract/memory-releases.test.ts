import { MemoryReleases } from '../model/memory-releases.ts';
import { MemoryRolloutStore } from '../model/memory-rollout-store.ts';
import { releasesContract } from './releases.contract.ts';

const store = new MemoryRolloutStore();
const releases = new MemoryReleases(store, store.holds);

releasesContract('releases in memory', () => ({ store, releases }));
