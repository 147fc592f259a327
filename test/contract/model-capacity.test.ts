import { ModelWorld } from '../model/model-world.ts';
import { capacityContract } from './capacity.contract.ts';

const world = new ModelWorld();
world.autoscaling.set('web-a', { min: 1, max: 6, suspended: { scaleIn: false, scaleOut: false, scheduled: false } });
world.autoscaling.delete('web-b');

capacityContract('the model', () => ({
  capacity: world.capacity,
  cluster: 'main',
  scaled: 'web-a',
  fixed: 'web-b',
  countOf: (service) => Promise.resolve(world.slots.get(service)?.desired ?? Number.NaN),
}));
