import { AwsError } from '../aws-error.ts';
import { writeXml } from './xml.ts';

/** How a service writes its answers. */
export interface Protocol {
  readonly contentType: string;
  result(action: string, result: object, requestId: string): string;
  error(error: AwsError, requestId: string): string;
  unknownAction(name: string): AwsError;
  throttled(): AwsError;
}

/** JSON 1.1, as ECS speaks it: dates are seconds since the epoch. */
export const jsonProtocol: Protocol = {
  contentType: 'application/x-amz-json-1.1',
  result: (_action, result) => JSON.stringify(withEpochSeconds(result)),
  error: (error) => JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
  unknownAction: (name) => new AwsError('UnknownOperationException', `The fleet does not know the action '${name}'`),
  throttled: () => new AwsError('ThrottlingException', 'Rate exceeded'),
};

/** The query protocol, as ELB speaks it: forms in, XML out. */
export const queryProtocol: Protocol = {
  contentType: 'text/xml',
  result: (action, result, requestId) =>
    `<${action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">${writeXml(`${action}Result`, result)}${writeXml('ResponseMetadata', { RequestId: requestId })}</${action}Response>`,
  error: (error, requestId) =>
    `<ErrorResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/">${writeXml('Error', { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message })}${writeXml('RequestId', requestId)}</ErrorResponse>`,
  unknownAction: (name) => new AwsError('InvalidAction', `The fleet does not know the action '${name}'`),
  throttled: () => new AwsError('Throttling', 'Rate exceeded'),
};

function withEpochSeconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(withEpochSeconds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [key, withEpochSeconds(child)]),
  );
}
