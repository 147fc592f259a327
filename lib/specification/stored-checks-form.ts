// Generated from the schema of the spec: npm run generate
import type { Form } from './form.ts';

/** The form in which settings of checks are stored. */
export const storedChecksForm: Form = {
  fields: {
    'no-privileged?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'non-root?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'container-health-check?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
    'log-driver?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'secrets-by-reference?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'required-variables?': { fields: { 'severity?': { values: ['block', 'warn'] }, names: { list: 'text' } } },
    'configuration-changes?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'allowed?': { list: 'text' } } },
    'image-size?': { fields: { 'severity?': { values: ['block', 'warn'] }, 'megabytes?': 'number' } },
    'image-scan?': {
      fields: {
        'severity?': { values: ['block', 'warn'] },
        'highest?': { values: ['LOW', 'MEDIUM', 'HIGH'] },
        'allowed?': { list: { fields: { id: 'text', until: 'text', reason: 'text' } } },
      },
    },
    'image-architecture?': { fields: { 'severity?': { values: ['block', 'warn'] } } },
  },
};
