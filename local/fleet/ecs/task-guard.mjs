import { flushCompileCache } from 'node:module';

// Loaded before a task's own program. The fleet holds the other end of stdin: when it closes, however the fleet ended, the task ends
// too, so that no process is ever left behind.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
process.stdin.unref();

// Node writes its cache of compiled programs only at exit; written now, the next task starts in half the time.
setTimeout(flushCompileCache, 1000).unref();
