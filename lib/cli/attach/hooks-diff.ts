import type { DeploymentHook } from '../../drivers/deployment-settings.ts';

/** Returns the hooks before and after as lines, each with what becomes of it: `-` goes, `+` comes, a space stays. */
export function hooksDiff(before: readonly DeploymentHook[], after: readonly DeploymentHook[]): readonly string[] {
  const left = after.map(hookLine);
  const kept = before.map((hook) => {
    const line = hookLine(hook);
    const at = left.indexOf(line);
    if (at !== -1) left.splice(at, 1);
    return `${at === -1 ? '-' : ' '} ${line}`;
  });
  return [...kept, ...left.map((line) => `+ ${line}`)];
}

function hookLine({ type, stages, timeoutMinutes, atTimeout, target }: DeploymentHook): string {
  const at = `${type} at ${stages.join(', ')}`;
  return target === undefined ? `${at}: ${timeoutMinutes} min, then ${atTimeout}` : `${at}: ${target}`;
}
