import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { onFreePort, PortTaken } from '../../../local/process/free-port.ts';
import { createSupervisor } from '../../../local/process/supervisor.ts';
import { ProcessFailed } from '../../../local/process/supervised-process.ts';

const unpacked = path.resolve(import.meta.dirname, '../../../.sluice/prometheus/usr/bin');

/** A command of Prometheus: what the set-up unpacked, or one that is installed. @throws Error that says what to install */
function commandOf(name: 'prometheus' | 'promtool'): string {
  const found = [unpacked, ...(process.env['PATH'] ?? '').split(path.delimiter)]
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    `${name} is not there: run \`node scripts/setup.mjs --prometheus\`, or install Prometheus (Debian, Ubuntu: prometheus), then start again`,
  );
}

/** One sample: labels as PromQL writes them, when (seconds since the epoch), how much. */
export interface Sample {
  readonly series: string;
  readonly at: number;
  readonly value: number | string;
}

/** A Prometheus on loopback whose past is what was given to it; nothing is scraped, so that every run sees the same. */
export async function startPrometheus(samples: readonly Sample[]) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-prometheus-'));
  const supervisor = createSupervisor();
  const stop = async () => {
    await supervisor.stopAll();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const data = path.join(folder, 'data');
    const text = path.join(folder, 'samples.txt');
    writeFileSync(text, openMetrics(samples));
    await promisify(execFile)(commandOf('promtool'), ['tsdb', 'create-blocks-from', 'openmetrics', text, data]);
    writeFileSync(path.join(folder, 'prometheus.yml'), 'scrape_configs: []\n');
    const origin = await onFreePort(async (port) => {
      const address = `127.0.0.1:${String(port)}`;
      try {
        await supervisor.start({
          name: 'prometheus',
          command: commandOf('prometheus'),
          args: [
            `--config.file=${path.join(folder, 'prometheus.yml')}`,
            `--storage.tsdb.path=${data}`,
            '--storage.tsdb.retention.time=100y',
            `--web.listen-address=${address}`,
          ],
          cwd: folder,
          ready: { url: `http://${address}/-/ready` },
        });
      } catch (error) {
        if (error instanceof ProcessFailed && error.output.includes('address already in use')) throw new PortTaken();
        throw error;
      }
      return `http://${address}`;
    });
    return { origin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** In the text format of OpenMetrics, which asks for the samples of a series together and in order. */
function openMetrics(samples: readonly Sample[]): string {
  const byMetric = Map.groupBy(samples, ({ series }) => series.replace(/\{.*$/, ''));
  const lines = [...byMetric].flatMap(([name, ofMetric]) => [
    `# TYPE ${name.replace(/_total$/, '')} ${name.endsWith('_total') ? 'counter' : 'gauge'}`,
    ...[...Map.groupBy(ofMetric, ({ series }) => series).values()]
      .flat()
      .map(({ series, at, value }) => `${series} ${String(value)} ${String(at)}`),
  ]);
  return `${lines.join('\n')}\n# EOF\n`;
}
