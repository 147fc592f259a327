/** What the sample's parts are called, and how many tasks serve. */
export const sample = {
  service: 'web',
  cluster: 'sample',
  container: 'app',
  repository: 'sample/web',
  logGroup: '/ecs/sample-web',
  slots: { a: 'web-a', b: 'web-b' },
  /** Tasks of the serving slot. */
  tasks: 2,
} as const;
