import { setTimeout as sleep } from 'node:timers/promises';
import { rmSync } from 'node:fs';
import { sameName } from '../../dpm/names.js';
import { misbehaviourOf } from '../faults.js';
import { toHost } from '../paths.js';
import { places } from '../practice-files.js';
import { changeWorld } from '../store.js';
import type { ProgramTool } from './context.js';

/** Windows Installer: this product is not installed. */
const unknownProduct = 1605;
/** Windows Installer: the command line is not valid. */
const invalidCommandLine = 1639;

/**
 * msiexec.exe /x {product code}: the agent goes, and leaves a part of its folder. What SetDpmServer made (the account,
 * the firewall exceptions) stays.
 */
export const msiexec: ProgramTool = async (context) => {
  const { folder, world, computer, behaviour } = context;
  const [action = '', productCode = '', ...more] = context.arguments;
  if (action.toLowerCase() !== '/x' || !more.some((word) => word.toLowerCase() === '/qn')) {
    return invalidCommandLine;
  }
  await sleep(behaviour.installMs);
  const wantsRestart = misbehaviourOf(world.faults, 'uninstall', computer.id) === 'restart-needed';
  const isDone = await changeWorld(folder, (draft) => {
    const state = draft.of(computer);
    const product = state.products.find((one) => sameName(one.productCode, productCode));
    if (!product) return false;
    state.products = state.products.filter((one) => one !== product);
    if (!product.displayName.includes('Protection Agent')) return true;
    state.agent = null;
    state.owners = [];
    state.services = state.services.filter(({ name }) => !/^(?:DPMRA|DpmCPWrapperService)$/i.test(name));
    state.ports = state.ports.filter(({ port }) => ![5718, 5719, 6076].includes(port));
    if (wantsRestart) state.restartReasons.push('Files are to be renamed or deleted at the next start.');
    return true;
  });
  if (!isDone) return unknownProduct;
  const bin = toHost(folder, computer.id, places.agentBin);
  if (bin !== null) rmSync(bin, { recursive: true, force: true });
  context.did(`uninstalled ${productCode}`);
  return 0;
};
