/** Returns whether the forward action of a rule keeps each client on one of its target groups. */
export function keepsClients(actions: readonly Readonly<Record<string, unknown>>[]): boolean {
  return actions.some((action) => {
    const config = valueOf(action, 'Type') === 'forward' ? valueOf(action, 'ForwardConfig') : undefined;
    return valueOf(valueOf(config, 'TargetGroupStickinessConfig'), 'Enabled') === true;
  });
}

function valueOf(container: unknown, key: string): unknown {
  if (typeof container !== 'object' || container === null) return undefined;
  return Object.getOwnPropertyDescriptor(container, key)?.value;
}
