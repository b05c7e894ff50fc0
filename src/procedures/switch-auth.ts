import {
  advance,
  nextTurn,
  type Progress,
  type SwitchNode,
  type SwitchPlan,
  type Turn,
} from '../dpm/switch-plan.js';
import { exitCode } from '../exit-code.js';
import { Problem } from '../problem.js';
import { attachCertificate, type AttachCertificateInput } from '../steps/attach-certificate.js';
import { checkAuthentication } from '../steps/check-authentication.js';
import { copyCredential, credentialFileOf, type CredentialFile } from '../steps/credential-files.js';
import { installAgent } from '../steps/install-agent.js';
import { listCluster } from '../steps/list-cluster.js';
import { enumeratesNothing, listDataSources } from '../steps/list-data-sources.js';
import type { RemovalWords } from '../steps/remove-production-server.js';
import {
  setDpmCredentials,
  setDpmCredentialsId,
  type SetDpmCredentialsInput,
} from '../steps/set-dpm-credentials.js';
import {
  setDpmServerCertificate,
  setDpmServerCertificateId,
  type SetDpmServerCertificateInput,
} from '../steps/set-dpm-server-certificate.js';
import { since } from '../steps/since.js';
import type { EarlierFacts, Step } from '../steps/step.js';
import type { AgentProduct } from '../steps/uninstall-agent.js';
import { writeSwitchPlan } from '../steps/write-switch-plan.js';
import type { Plan } from './plan.js';
import { removalSteps, takeOffAgent } from './remove.js';

/*
 * "Switch between NTLM and Certificate authentication", cut into the turns of the computers. Every turn ends with the
 * plan file that says who is next. All pure: what a turn does follows from the plan file and from what this computer is.
 */

/** Where one stands, seen from a computer of the plan. */
export type Standing =
  | { readonly kind: 'finished' }
  | { readonly kind: 'my-turn'; readonly turn: Turn }
  /** This computer has done all it can for now. */
  | { readonly kind: 'others-turn'; readonly turn: Turn; readonly early: false }
  /** This computer has steps left, but another one comes first. */
  | { readonly kind: 'others-turn'; readonly turn: Turn; readonly early: true };

export type Place = { readonly on: 'dpm-server' } | { readonly on: 'node'; readonly node: SwitchNode };

const isCleared = ({ done }: SwitchNode): boolean => done.folderDeleted !== null;

/**
 * Has this computer done its part of the phase in progress? A node waits with its agent gone until all are so far; the DPM
 * server waits, its nodes removed, until all are configured.
 */
const isThrough = (place: Place, turn: Turn): boolean => {
  if (place.on === 'dpm-server') return true;
  if (turn.does === 'clear') return isCleared(place.node);
  if (turn.does === 'configure') return place.node.done.configured !== null;
  return turn.does === 'attach';
};

export const standingOf = (plan: SwitchPlan, place: Place): Standing => {
  const turn = nextTurn(plan);
  if (turn === null) return { kind: 'finished' };
  const mine =
    turn.on === 'dpm-server'
      ? place.on === 'dpm-server'
      : place.on === 'node' && place.node.name === turn.node.name;
  if (mine) return { kind: 'my-turn', turn };
  return { kind: 'others-turn', turn, early: !isThrough(place, turn) };
};

/** The steps of one turn, and the plan file's state when they are done. */
export interface TurnPlan {
  readonly plan: Plan;
  readonly after: (earlier: EarlierFacts) => SwitchPlan;
}

type State = (earlier: EarlierFacts) => SwitchPlan;

const progressed =
  (before: State, progress: (earlier: EarlierFacts) => Progress): State =>
  (earlier) =>
    advance(before(earlier), progress(earlier));

const common = (plan: SwitchPlan) => {
  const { dpmServerName, clusterName, nodes } = plan;
  const many = nodes.length === 1 ? (nodes[0]?.name ?? '') : `the ${String(nodes.length)} nodes`;
  return {
    dpmServerName,
    many: clusterName === null ? many : `${many} of ${clusterName}`,
  };
};

const made = (
  earlier: EarlierFacts,
  stepId: string,
): { readonly name: string; readonly sha256: string } | null => {
  const file = credentialFileOf(earlier[stepId]);
  return file ? { name: file.name, sha256: file.sha256 } : null;
};

interface TurnInput {
  readonly switchPlan: SwitchPlan;
  /** Full path of the plan file on this computer. */
  readonly path: string;
  /** Now: the time that the plan file will carry. */
  readonly at: Date;
}

export interface RemoveInput extends TurnInput {
  readonly binFolder: string;
  /** The plan file does not exist yet. */
  readonly isNew: boolean;
  /** Folder of the plan file: it also holds what travels with the plan. */
  readonly folder: string;
  /** Set-DPMCredentials first, where this DPM server has no certificate configured; null: it has. */
  readonly credentials: SetDpmCredentialsInput | null;
  /** The DPM server's .bin, where it is there already. */
  readonly ownFile: CredentialFile | null;
  /** The CA certificates above its certificate, for the plan file. */
  readonly authorities: readonly string[];
}

export const switchWords: RemovalWords = {
  afterwards: ['After the switch, add them to the protection group again.'],
  otherName: (similar, psName) => [
    `If it is the same computer, begin a new switch with the name that DPM lists: dpm-prep switch-auth --plan <new file> --ps-name ${similar}`,
    `If it is a different computer, begin a new switch without ${psName}.`,
  ],
};

/** DPM server: its own certificate, then the nodes off its list (step 1). */
export const removePlan = (input: RemoveInput): TurnPlan => {
  const { switchPlan, path, binFolder, isNew, credentials, ownFile, folder, at } = input;
  const { dpmServerName, many } = common(switchPlan);
  const own = (earlier: EarlierFacts): CredentialFile | null =>
    ownFile ?? credentialFileOf(earlier[setDpmCredentialsId]);
  const after = progressed(
    () => switchPlan,
    (earlier) => {
      const file = own(earlier);
      return {
        stages: ['removed'],
        nodeName: null,
        at,
        ...(file ? { dpmServerCredential: { name: file.name, sha256: file.sha256 } } : {}),
        dpmServerAuthorities: input.authorities,
      };
    },
  );
  return {
    after,
    plan: {
      procedure: 'switch-auth',
      side: 'dpm-server',
      title: `Switch ${many} to certificates: remove from ${dpmServerName}`,
      steps: [
        // Before anything is removed: the DPM server's list does not tell afterwards which computers they were.
        ...(isNew
          ? [writeSwitchPlan({ records: 'begin', side: 'dpm-server', path, plan: () => switchPlan })]
          : []),
        ...(credentials === null ? [] : [setDpmCredentials(credentials)]),
        copyCredential({ side: 'dpm-server', file: own, folder }),
        ...removalSteps({
          binFolder,
          dpmServerName,
          psNames: switchPlan.nodes.map(({ name }) => name),
          words: switchWords,
        }),
        writeSwitchPlan({ records: 'removed', side: 'dpm-server', path, plan: after }),
      ],
      notes: [
        'From here until the last step there is no backup of these computers. Their recovery points stay.',
      ],
    },
  };
};

/** Windows waits for its restart, and this turn can continue only after it (exit 3010). */
const restartFirst = (nodeName: string): Problem =>
  new Problem(exitCode.restartRequired, {
    what: `Restart Windows on ${nodeName} before the agent's folder can be deleted: the uninstallation requires it.`,
    fix: ['After the restart, run on this computer: dpm-prep again'],
  });

export interface ClearInput extends TurnInput {
  readonly node: SwitchNode;
  /** The agent's products that are installed now. */
  readonly products: readonly AgentProduct[];
  /** Absolute path of msiexec.exe. */
  readonly msiexec: string;
  /** Windows waits for a restart now. */
  readonly restartPending: boolean;
  /** When Windows was last started. */
  readonly lastStart: Date;
}

/** A node: uninstall the agent, delete its folder (step 2). A restart may part the two. */
export const clearPlan = (input: ClearInput): TurnPlan => {
  const { switchPlan, path, at, node } = input;
  const { many } = common(switchPlan);
  const side = 'protected-computer';
  const uninstalledAt = node.done.agentUninstalled;
  // Also where the plan file says that it was uninstalled: somebody may have installed it again since.
  const isFirst = uninstalledAt === null || input.products.length > 0;
  // With no product left nothing says what the uninstallation asked for, but Windows says what it waits for.
  const restartLeft = (): boolean => {
    if (input.products.length > 0) return false;
    if (uninstalledAt === null) return input.restartPending;
    return node.restartNeeded && node.done.restarted === null && input.lastStart < new Date(uninstalledAt);
  };
  const off = takeOffAgent({
    products: input.products,
    msiexec: input.msiexec,
    restartLeft,
    restartFirst: () => restartFirst(node.name),
  });
  const uninstalled: State = isFirst
    ? progressed(
        () => switchPlan,
        (earlier) => ({
          stages: ['agentUninstalled'],
          nodeName: node.name,
          at,
          restartNeeded: off.needsRestart(earlier),
        }),
      )
    : () => switchPlan;
  const after = progressed(uninstalled, () => ({
    stages: [...(!isFirst && node.restartNeeded ? (['restarted'] as const) : []), 'folderDeleted'],
    nodeName: node.name,
    at,
  }));
  return {
    after,
    plan: {
      procedure: 'switch-auth',
      side,
      title: `Switch ${many} to certificates: uninstall the agent on ${node.name}`,
      steps: [
        ...off.uninstalls,
        ...(isFirst
          ? [writeSwitchPlan({ records: 'agent-uninstalled', side, path, plan: uninstalled })]
          : []),
        off.deleteFolder,
        writeSwitchPlan({ records: 'folder-deleted', side, path, plan: after }),
      ],
      notes: [`Do not skip this. ${enumeratesNothing}`],
    },
  };
};

export interface ConfigureInput extends TurnInput, Omit<SetDpmServerCertificateInput, 'outputFilePath'> {
  readonly node: SwitchNode;
  readonly installer: string;
  /** The folder that is made for this run, and that SetDpmServer writes to. */
  readonly newFolder: string;
  /** Where the .bin is to be copied to. */
  readonly outputFilePath: string;
  /** The CA certificates above the node's certificate, for the plan file. */
  readonly authorities: readonly string[];
}

/** A node: the agent again, and this time by certificate (step 3). */
export const configurePlan = (input: ConfigureInput): TurnPlan => {
  const { switchPlan, path, at, node, installer, newFolder, outputFilePath, authorities, ...configuration } =
    input;
  const { many, dpmServerName } = common(switchPlan);
  const side = 'protected-computer';
  const cleared = new Date(node.done.agentUninstalled ?? 0);
  const after = progressed(
    () => switchPlan,
    (earlier) => ({
      stages: ['agentInstalled', 'configured'],
      nodeName: node.name,
      at,
      credential: made(earlier, setDpmServerCertificateId),
      nodeAuthorities: authorities,
    }),
  );
  return {
    after,
    plan: {
      procedure: 'switch-auth',
      side,
      title: `Switch ${many} to certificates: prepare ${node.name} for ${dpmServerName}`,
      steps: [
        installAgent({ installer }),
        since(cleared, setDpmServerCertificate({ ...configuration, outputFilePath: newFolder })),
        copyCredential({
          side,
          file: (earlier) => credentialFileOf(earlier[setDpmServerCertificateId]),
          folder: outputFilePath,
        }),
        writeSwitchPlan({ records: 'configured', side, path, plan: after }),
      ],
      notes: [],
    },
  };
};

export interface AttachInput extends TurnInput {
  /** One for each node, in the plan's order. */
  readonly attaches: readonly AttachCertificateInput[];
}

const dataSourcesOf = (dpmServerName: string, psName: string): Step =>
  listDataSources({
    dpmServerName,
    psName,
    file: null,
    ifNone: [
      enumeratesNothing,
      `Remove ${psName} again, uninstall its agent, and begin a new switch: dpm-prep switch-auth --plan <new file> --confirm ${psName}`,
    ],
  });

/** A failure of one node stops the turn: the plan file says of all nodes that they are attached. */
const together = ({ group: _group, ...step }: Step): Step => step;

/** DPM server: attach, refresh, look at what it shows (steps 3 to 5). */
export const attachPlan = (input: AttachInput): TurnPlan => {
  const { switchPlan, path, at, attaches } = input;
  const { clusterName } = switchPlan;
  const { dpmServerName, many } = common(switchPlan);
  const side = 'dpm-server';
  const isAttached = switchPlan.nodes.every(({ done }) => done.attached !== null);
  const attached: State = isAttached
    ? () => switchPlan
    : progressed(
        () => switchPlan,
        () => ({ stages: ['attached'], nodeName: null, at }),
      );
  const after = progressed(attached, () => ({ stages: ['verified'], nodeName: null, at }));
  const names = switchPlan.nodes.map(({ name }) => ({ dpmServerName, psName: name }));
  return {
    after,
    plan: {
      procedure: 'switch-auth',
      side,
      title: `Switch ${many} to certificates: attach to ${dpmServerName}`,
      steps: [
        ...(isAttached
          ? []
          : [
              ...attaches.map((attach) => together(attachCertificate(attach))),
              writeSwitchPlan({ records: 'attached', side, path, plan: attached }),
            ]),
        ...names.map(({ psName }) => together(dataSourcesOf(dpmServerName, psName))),
        ...names.map(checkAuthentication),
        ...(clusterName === null
          ? []
          : [listCluster({ dpmServerName, clusterName, nodes: names.map(({ psName }) => psName) })]),
        writeSwitchPlan({ records: 'verified', side, path, plan: after }),
      ],
      notes: [],
    },
  };
};
