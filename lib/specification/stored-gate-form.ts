// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which gates are stored. */
export const storedGateForm: Form = {
  anyOf: [
    {
      fields: {
        name: 'text',
        'compare?': 'boolean',
        'tolerance?': 'number',
        'warmUp?': 'number',
        'minimumRequests?': 'number',
        'whenBlueToo?': { values: ['hold', 'roll-back', 'ignore'] },
        'afterHold?': { values: ['roll-back', 'ask'] },
        'dryRun?': 'boolean',
        pass: 'number',
        abort: 'number',
        bad: { fields: { metric: 'text' } },
        total: { fields: { metric: 'text' } },
      },
    },
    {
      fields: {
        name: 'text',
        'compare?': 'boolean',
        'tolerance?': 'number',
        'warmUp?': 'number',
        'minimumRequests?': 'number',
        'whenBlueToo?': { values: ['hold', 'roll-back', 'ignore'] },
        'afterHold?': { values: ['roll-back', 'ask'] },
        'dryRun?': 'boolean',
        pass: 'number',
        abort: 'number',
        good: { fields: { metric: 'text' } },
        total: { fields: { metric: 'text' } },
      },
    },
    {
      fields: {
        name: 'text',
        'compare?': 'boolean',
        'tolerance?': 'number',
        'warmUp?': 'number',
        'minimumRequests?': 'number',
        'whenBlueToo?': { values: ['hold', 'roll-back', 'ignore'] },
        'afterHold?': { values: ['roll-back', 'ask'] },
        'dryRun?': 'boolean',
        pass: 'number',
        abort: 'number',
        value: { fields: { metric: 'text' } },
        'better?': { values: ['lower', 'higher'] },
        'sumOver?': 'number',
      },
    },
  ],
};
