/** Returns what somebody wrote as a sentence that another one may follow. */
export function sentence(text: string): string {
  const said = text.trim();
  return said === '' || /[.!?:;…]["')\]]?$/.test(said) ? said : `${said}.`;
}
