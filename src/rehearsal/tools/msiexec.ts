import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { sameName } from '../../dpm/names.js';
import { toHost } from '../paths.js';
import { places, plantText } from '../practice-files.js';
import { changeWorld, readState } from '../store.js';
import type { ProgramTool } from './context.js';

/** ERROR_UNKNOWN_PRODUCT and ERROR_INVALID_COMMAND_LINE of Windows Installer. */
const unknownProduct = 1605;
const invalidCommandLine = 1639;

const uninstall = /^[/-](?:x|uninstall)$/i;

/** msiexec.exe /x {product} /qn /norestart: the agent goes, its folder stays with its logs. */
export const msiexec: ProgramTool = async (context) => {
  const { folder, computer, behaviour } = context;
  const at = context.arguments.findIndex((word) => uninstall.test(word));
  const code = context.arguments[at + 1];
  if (at === -1 || code === undefined) return invalidCommandLine;
  const { products } = readState(folder, computer.id);
  const product = products.find(({ productCode }) => sameName(productCode, code));
  if (!product) return unknownProduct;
  await sleep(behaviour.installMs);
  context.checkpoint();
  plantText(
    folder,
    computer.id,
    `${places.agentInstallPath}Temp\\DPMRACurr.errlog`,
    'Practice log: the agent was removed.\n',
  );
  const bin = toHost(folder, computer.id, places.agentBin);
  if (bin !== null) rmSync(bin, { recursive: true, force: true });
  await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    state.products = state.products.filter(({ productCode }) => !sameName(productCode, code));
    state.agent = null;
    state.owners = [];
    state.services = state.services.filter(
      ({ name }) => !/^(?:DPMRA|DPMAC|DpmCPWrapperService)$/i.test(name),
    );
    state.ports = state.ports.filter(({ process }) => !/^DPM/i.test(process ?? ''));
    state.firewall.rules = state.firewall.rules.filter(({ name }) => !/^DPM/i.test(name));
    if (behaviour.exitCodes.uninstalled === 3010) {
      state.restartReasons.push('the DPM protection agent was removed');
    }
  });
  context.did(`uninstalled ${product.displayName}`);
  return behaviour.exitCodes.uninstalled;
};
