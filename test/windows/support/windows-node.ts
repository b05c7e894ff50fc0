/** Path of the Windows node.exe that dpm-prep.exe is made of. */
export const { windowsNode } = (await import('../../../.ci/build-exe.js')) as {
  readonly windowsNode: () => Promise<string>;
};
