/** Keys of an input by their names in the log, where `service` is Sluice itself. */
const logKeys: Readonly<Record<string, string>> = {
  rolloutId: 'rolloutId',
  releaseId: 'releaseId',
  service: 'rolloutService',
  step: 'step',
  traceId: 'traceId',
  executionArn: 'executionArn',
};

/**
 * What makes a log line findable, where the input has it: at its top, in the `request` of an execution or in the `detail` of an
 * event. An event of EventBridge without a trace of its own is one by its id.
 */
export function logKeysOf(input: unknown): Record<string, string | number> {
  const event = fieldsOf(input);
  const trace = event['detail-type'] === undefined ? {} : keysIn({ traceId: event['id'] });
  return { ...trace, ...keysIn(fieldsOf(event['detail'])), ...keysIn(fieldsOf(event['request'])), ...keysIn(event) };
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function keysIn(fields: Fields): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(logKeys).flatMap(([key, logged]) => {
      const value = fields[key];
      return typeof value === 'string' || typeof value === 'number' ? [[logged, value]] : [];
    }),
  );
}
