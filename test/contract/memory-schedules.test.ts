import { MemorySchedules } from '../model/memory-schedules.ts';
import { schedulesContract } from './schedules.contract.ts';

const schedules = new MemorySchedules();

schedulesContract('schedules in memory', () => ({
  schedules,
  pending: (name) => {
    const found = schedules.pending().find((one) => one.name === name);
    return Promise.resolve(found && { at: found.at.toISOString().slice(0, 19), input: found.input });
  },
}));
