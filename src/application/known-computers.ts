import type { Choice } from '../answers/prompter.js';
import { cleanText } from '../clean.js';
import { exitCode } from '../exit-code.js';
import { Problem } from '../problem.js';
import type { Machine } from '../machine/machine.js';
import type { ProtectedComputer } from '../machine/questions.js';
import { isListed } from '../steps/protected-computers.js';

/** The computers that this DPM server lists now; null where it does not answer. */
export const knownComputers = async (
  machine: Machine | null,
  dpmServerName: string | undefined,
): Promise<readonly ProtectedComputer[] | null> => {
  if (machine === null || dpmServerName === undefined) return null;
  try {
    const { computers } = await machine.ask('protected-computers', { dpmServerName });
    return computers.filter(isListed);
  } catch (error) {
    // Whoever needs the list asks for it again, and says then why there is none.
    if (error instanceof Problem && error.exitCode === exitCode.toolFailed) return null;
    throw error;
  }
};

const methodText = { ntlm: 'NTLM', certificate: 'certificate' } as const;

/** A computer with its method, where DPM shows it. */
export const computerText = ({ serverName, authentication }: ProtectedComputer): string =>
  cleanText(authentication === null ? serverName : `${serverName} (${methodText[authentication]})`);

/** The computers as choices for a question about one of them. */
export const offeredComputers = async (
  machine: Machine | null,
  dpmServerName: string | undefined,
): Promise<readonly Choice[]> =>
  ((await knownComputers(machine, dpmServerName)) ?? []).map((computer) => ({
    value: computer.serverName,
    name: computerText(computer),
  }));
