import { GetFunctionConfigurationCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { putStatements, statementsOf } from '../../local/emulator/iam-roles.ts';

const statement = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });

/**
 * Takes one action out of every statement of the policies of a function's role.
 * @param client settings of a client of the emulator
 * @returns the role's name, and what gives the action back
 * @throws Error where the role does not have that action by its own name
 */
export async function takeRight(
  client: LambdaClientConfig & { readonly endpoint: string },
  functionName: string,
  action: string,
): Promise<{ readonly role: string; readonly giveBack: () => Promise<void> }> {
  const { endpoint } = client;
  const lambda = new LambdaClient(client);
  const { Role = '' } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  const role = Role.slice(Role.lastIndexOf('/') + 1);
  const before = await statementsOf(endpoint, role);
  let taken = 0;
  for (const [policy, statements] of before) {
    const left = statements
      .map((each) => statement.parse(each))
      .flatMap((each) => {
        const actions = [each.Action].flat();
        const rest = actions.filter((one) => one !== action);
        taken += actions.length - rest.length;
        return rest.length === 0 ? [] : [{ ...each, Action: rest }];
      });
    await putStatements(endpoint, role, left, policy);
  }
  if (taken === 0)
    throw new Error(`${role} has no right ${action} that could be taken: ${JSON.stringify([...before])}`);
  return {
    role,
    giveBack: async () => {
      for (const [policy, statements] of before) await putStatements(endpoint, role, statements, policy);
    },
  };
}
