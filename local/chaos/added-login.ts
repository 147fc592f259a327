import { type Action, DescribeRulesCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { LocalStack } from '../stack/local-stack.ts';

const login: Action = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: {
    Issuer: 'https://id.example.com',
    AuthorizationEndpoint: 'https://id.example.com/authorize',
    TokenEndpoint: 'https://id.example.com/token',
    UserInfoEndpoint: 'https://id.example.com/user',
    ClientId: 'shop',
    ClientSecret: 'of the sample',
  },
};

/** A team adds a login to the sample's rule. */
export async function addLogin(stack: LocalStack): Promise<void> {
  const forward = (await actionsOf(stack)).filter(({ Type }) => Type !== login.Type);
  await write(stack, [login, ...forward.map((action) => ({ ...action, Order: 2 }))]);
}

/** Says that the login is gone; `undefined` while it is there. */
export async function lostLogin(stack: LocalStack): Promise<string | undefined> {
  const types = (await actionsOf(stack)).map(({ Type }) => Type);
  return types.includes(login.Type) ? undefined : `the login is gone, the rule has ${types.join(', ')}`;
}

/** Takes it away again, where it is. */
export async function removeLogin(stack: LocalStack): Promise<void> {
  if ((await lostLogin(stack)) !== undefined) return;
  const forward = (await actionsOf(stack)).filter(({ Type }) => Type !== login.Type);
  await write(
    stack,
    forward.map((action) => ({ ...action, Order: 1 })),
  );
}

async function actionsOf({ clients, service }: LocalStack): Promise<readonly Action[]> {
  const { Rules: [rule] = [] } = await clients.elb.send(new DescribeRulesCommand({ RuleArns: [service.ruleArn] }));
  return rule?.Actions ?? [];
}

async function write({ clients, service }: LocalStack, actions: readonly Action[]): Promise<void> {
  await clients.elb.send(new ModifyRuleCommand({ RuleArn: service.ruleArn, Actions: [...actions] }));
}
