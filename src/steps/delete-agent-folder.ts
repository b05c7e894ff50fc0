import { agentFolder } from '../dpm/locations.js';
import { page } from '../dpm/source.js';
import type { Machine } from '../machine/machine.js';
import { checkProblem } from '../problem.js';
import { agentIsInstalled, askInstallation } from './agent.js';
import type { EarlierFacts, Step } from './step.js';

export const deleteAgentFolderId = 'delete-agent-folder';

const folder = agentFolder.path;

const stays = (why: string, fix: string): Error =>
  checkProblem(`${folder} was not deleted: ${why}.`, fix, 'Then run: dpm-prep again');

/**
 * Is it what an agent leaves, and is the agent gone? Looked at here, so that a dry run says it too; the act looks once
 * more where it deletes.
 */
const refuseOther = async (machine: Machine): Promise<void> => {
  const installation = await askInstallation(machine);
  if (installation.role === 'dpm-server') {
    throw stays('this is a DPM server', 'Run this on the protected computer.');
  }
  if (agentIsInstalled(installation)) {
    throw stays(
      `an agent is still installed in ${installation.installPath ?? 'it'}`,
      'Uninstall the agent first.',
    );
  }
  const others = (await machine.files.list(folder)).filter(
    ({ name, kind }) => name.toLowerCase() !== 'dpm' || kind !== 'folder',
  );
  if (others.length > 0) {
    throw stays(
      `an agent's folder holds only one plain folder, DPM, and this one holds ${others
        .slice(0, 3)
        .map(({ name }) => name)
        .join(', ')}`,
      'Find out what that is, and move it to another place.',
    );
  }
};

export interface DeleteAgentFolderInput {
  /** Throws where Windows must be restarted first: until then the files may be in use. */
  readonly gate: (earlier: EarlierFacts) => void;
  /** The uninstallation of the same plan has not run yet: in a dry run it never does. */
  readonly waits: (earlier: EarlierFacts) => boolean;
}

interface Deleted {
  readonly refused: string | null;
  readonly left: readonly string[];
}

const deletedOf = (result: unknown): Deleted => {
  const { refused, left } = (result ?? {}) as Partial<Deleted>;
  return { refused: refused ?? null, left: left ?? [] };
};

/** The folder that the uninstallation leaves. The page, the same section, step 2. Only this folder, never through a link. */
export const deleteAgentFolder = ({ gate, waits }: DeleteAgentFolderInput): Step => ({
  id: deleteAgentFolderId,
  title: 'Delete the folder of the agent',
  side: 'protected-computer',
  source: page('Switch between NTLM and Certificate authentication'),
  probe: async (machine, _record, earlier) => {
    const entry = await machine.files.stat(folder);
    if (entry === null) return { state: 'done', found: `${folder} does not exist.` };
    if (entry.kind !== 'folder') {
      throw stays(
        entry.kind === 'link' ? 'it is a link to another place' : 'it is not a folder',
        'Find out what it is, and delete it by hand.',
      );
    }
    if (waits(earlier)) {
      return { state: 'not-done', found: `${folder} is there, and is deleted after the uninstallation.` };
    }
    gate(earlier);
    await refuseOther(machine);
    return { state: 'not-done', found: `${folder} exists, and no agent is installed.` };
  },
  command: () => ({
    kind: 'act',
    act: 'delete-agent-folder',
    input: { path: folder },
    shown: `Remove-Item -LiteralPath "${folder}" -Recurse -Force`,
  }),
  verify: async (machine, { result }) => {
    if ((await machine.files.stat(folder)) === null) {
      return { state: 'verified', found: `${folder} no longer exists.` };
    }
    const { refused, left } = deletedOf(result.result);
    return {
      state: 'not-verified',
      found:
        refused ?? `${folder} still exists${left.length === 0 ? '' : `: ${left.slice(0, 3).join(', ')}`}`,
      fix: [
        refused === null
          ? 'Something still uses these files: restart Windows, then run: dpm-prep again'
          : 'Find out what it is, and delete it by hand.',
      ],
    };
  },
});
