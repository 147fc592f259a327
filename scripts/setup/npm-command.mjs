/** How npm is started. Under `npm run` npm says where it lives; its own entry file needs no shell and no PATH. */
export function npmCommand() {
  const npm = process.env.npm_execpath;
  return npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
}
