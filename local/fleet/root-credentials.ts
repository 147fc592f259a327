/** The key of the account's root user on the local AWS: it may do everything, and its signature is not checked. */
export const rootCredentials = { accessKeyId: 'test', secretAccessKey: 'test' } as const;
