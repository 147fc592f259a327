import { definitionOf, machineNames, withInner } from '../../statemachines/definitions.ts';

/** Functions by how much there is to break in them; one that is named often is hit often. */
export const functions = [
  ...['OpenRollout', 'ProvisionGreen', 'CheckGreen', 'VerifyGreen', 'OpenHeaderRoute', 'FinishRollout'],
  ...['ShiftTraffic', 'ShiftTraffic', 'ShiftTraffic', 'AnalyseGreen', 'RequestRollback', 'RestoreTraffic'],
  ...['ConfirmRestored', 'VerifyBlue', 'RemoveGreen', 'CloseRollback', 'JudgePreChecks', 'CheckRollback'],
  ...['PinCapacity', 'RestoreCapacity', 'HealthCheckBlue', 'CaptureEvidence', 'DeclareEmergency', 'WatchExecution'],
  ...['ScaleDownBlue', 'RetireBlue', 'PublishTransitions', 'PublishFromStream', 'ReceivePush', 'WatchAlarms'],
];

/** Functions that change rules or slots. */
export const writers = [
  'ShiftTraffic',
  'ShiftTraffic',
  'ShiftTraffic',
  'OpenHeaderRoute',
  'VerifyGreen',
  'ProvisionGreen',
];
/** Every state that calls something, of every machine. */
export const taskStates = machineNames.flatMap((name) =>
  withInner(name, definitionOf(name)).flatMap(([, { States }]) =>
    Object.entries(States).flatMap(([state, { Type }]) => (Type === 'Task' ? [state] : [])),
  ),
);

/** Calls that change something. */
export const changes = [
  ...['router.write', 'router.write', 'router.modifyRule', 'router.modifyListener', 'router.openHeaderRoute'],
  ...['router.closeHeaderRoute', 'runtime.deploy', 'runtime.scale', 'store.TransactWrite', 'store.TransactWrite'],
  ...['store.UpdateItem', 'store.Put', 'executions.start', 'executions.stop', 'announcer.announce', 'schedules.put'],
  ...['schedules.remove', 'capacity.setAutoscaling'],
];
/** Calls that only look. */
export const looks = [
  ...['router.read', 'router.read', 'router.targetHealth', 'runtime.describe', 'runtime.progress', 'store.Get'],
  ...['runtime.runningDigests', 'metrics.read', 'probe.get', 'registry.find', 'router.headerRoutesOf', 'store.Query'],
];
/** Looks whose answer may be some seconds old. */
export const staleLooks = [
  'router.read',
  'router.read',
  'router.targetHealth',
  'runtime.describe',
  'executions.describe',
];
/** Parts whose calls are throttled. */
export const parts = [
  'router',
  'router',
  'runtime',
  'store',
  'metrics',
  'announcer',
  'executions',
  'lambda',
  'schedules',
];
