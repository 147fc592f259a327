export function buildCommandLine(root: string, outdir?: string): Promise<string[]>;
