export const main = async (_argv: readonly string[]): Promise<void> => {
  await Promise.resolve();
};
