import os from 'node:os';

/** Returns how busy the machine was in the last 1, 5 and 15 minutes, in one line, as a figure in seconds says little without it. */
export function loadAverageText(): string {
  const loads = os.loadavg().map((load) => load.toFixed(1));
  return `load average ${loads.join(', ')} on ${os.availableParallelism()} cores`;
}
