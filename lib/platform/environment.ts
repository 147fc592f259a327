/**
 * A setting that the stack hands to its functions.
 * @throws Error that names the variable
 */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`Environment variable ${name} is not set; the stack's template sets it, deploy it again.`);
  }
  return value;
}
