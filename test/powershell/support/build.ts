import { buildHost, hostIsMissing } from '../../windows/build-host.js';

/** Before any test file: built by several at once, the builds would write over each other's files. */
export const setup = (): void => {
  if (hostIsMissing() === null) buildHost();
};
