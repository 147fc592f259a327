import { GetParametersCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { WeightParameters } from '../ports/weight-parameters.ts';

/**
 * Two parameters a service, `/sluice/<stage>/weights/<service>/a` and `/b`, with `100` for the slot that serves and `0` for the other
 * one: a CloudFormation template takes them by `{{resolve:ssm:...}}`.
 */
export function ssmWeightParameters(client: SSMClient, stage: string): WeightParameters {
  return {
    async publish(service, serving) {
      const wanted = (['a', 'b'] as const).map((slot) => ({
        Name: `/sluice/${stage}/weights/${service}/${slot}`,
        Value: slot === serving ? '100' : '0',
      }));
      const { Parameters: found = [] } = await client.send(
        new GetParametersCommand({ Names: wanted.map(({ Name }) => Name) }),
      );
      for (const { Name, Value } of wanted) {
        if (found.some((one) => one.Name === Name && one.Value === Value)) continue;
        await client.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
      }
    },
  };
}
