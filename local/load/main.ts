import { parseArgs } from 'node:util';
import { startLoad } from './load.ts';
import { BadLoadOption, type LoadOptions } from './load-options.ts';
import type { LoadReport } from './load-report.ts';

const usage = `Sends requests at a constant rate to a service on this machine.
  node local/load/main.ts --url URL [--rate 200] [--seconds 60] [--timeout 5] [--header 'name: value']... [--json]
With --json it prints one line of JSON each second ({"at":"running",...}) and a last one ({"at":"end",...}).`;

try {
  await main();
} catch (error) {
  if (!(error instanceof BadLoadOption) && !(error instanceof TypeError)) throw error;
  console.error(`load: ${error.message}\n\n${usage}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { options, json } = read(process.argv.slice(2));
  const load = startLoad(options);
  const print = json ? printJson : printText;
  const timer = setInterval(() => {
    print('running', load.report());
  }, 1000);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void load.stop());
  const report = await load.ended;
  clearInterval(timer);
  print('end', report);
}

/** @throws {TypeError} from Node's parser, for an unknown option */
function read(args: readonly string[]): { readonly options: LoadOptions; readonly json: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
      timeout: { type: 'string', default: '5' },
      header: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.url === undefined) throw new BadLoadOption('--url is missing');
  return {
    options: {
      url: values.url,
      requestsPerSecond: Number(values.rate),
      maxSeconds: Number(values.seconds),
      timeoutSeconds: Number(values.timeout),
      headers: Object.fromEntries(values.header.map(parseHeader)),
    },
    json: values.json,
  };
}

function parseHeader(text: string): readonly [string, string] {
  const match = /^([A-Za-z0-9-]+):\s*(.*)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new BadLoadOption(`"${text}" is no header, expected name: value`);
  }
  return [match[1], match[2]];
}

function printJson(at: 'running' | 'end', report: LoadReport): void {
  console.log(JSON.stringify({ at, ...report }));
}

function printText(at: 'running' | 'end', report: LoadReport): void {
  const { seconds, requests, failed, latencyMs, byVersion } = report;
  const versions = Object.entries(byVersion).map(([version, counts]) => `${version} ${counts.requests}`);
  console.log(
    `${at === 'end' ? 'In all' : `${seconds} s`}: ${requests} requests, ${failed} failed, ` +
      `p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms, p99 ${latencyMs.p99} ms; ${versions.join(', ')}`,
  );
}
