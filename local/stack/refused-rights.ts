import * as z from 'zod';

const refusals = z.array(z.object({ principal: z.string(), action: z.string(), resource: z.string() }));

/** A request that the policies of its signer did not allow. */
export type RefusedRight = z.output<typeof refusals>[number];

/** Every request to the emulator or the fleet that was refused for lack of a right since the emulator's start. */
export async function refusedRights(emulatorEndpoint: string): Promise<readonly RefusedRight[]> {
  const response = await fetch(`${emulatorEndpoint}/_sluice/refusals`);
  return refusals.parse(await response.json());
}
