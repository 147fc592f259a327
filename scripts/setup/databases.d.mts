/** The folder that holds a program of a database server; `undefined` where it is nowhere. */
export function folderOfProgram(root: string, program: string): string | undefined;
