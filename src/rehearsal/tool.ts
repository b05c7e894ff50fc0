export const practiceTool = async (_argv: readonly string[]): Promise<number> => Promise.resolve(1);
