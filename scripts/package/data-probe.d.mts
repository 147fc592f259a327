export function dataProbe(root: string): Promise<{ template: string; modules: string[] }>;
