import { MemoryRolloutStore } from '../model/memory-rollout-store.ts';
import { rolloutRecordContract } from './rollout-record.contract.ts';
import { rolloutStoreContract } from './rollout-store.contract.ts';
import { serviceLockContract } from './service-lock.contract.ts';
import type { StoreUnderTest } from './service-on-store.ts';

const store = new MemoryRolloutStore();

const underTest = (): StoreUnderTest => ({ store, claim: (rolloutId) => Promise.resolve(store.claim(rolloutId)) });

rolloutStoreContract('the store in memory', underTest);
serviceLockContract('the store in memory', underTest);
rolloutRecordContract('the store in memory', underTest);
