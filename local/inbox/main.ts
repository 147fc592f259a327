import { parseArgs } from 'node:util';
import { startInbox } from './server.ts';

const { values } = parseArgs({ options: { port: { type: 'string' }, 'webhook-secret': { type: 'string' } } });
const port = Number(values.port ?? '0');
const { url } = await startInbox({ port, webhookSecret: values['webhook-secret'] ?? '' });
console.log(`The inbox listens on ${url}`);
