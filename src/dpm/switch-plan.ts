import * as z from 'zod';
import {
  carriedAuthorities,
  carriedCredential,
  carriedFile,
  maxAuthorities,
  judged,
} from './carried-file.js';
import { mayBeSameComputer, parseComputerName, sameName, type Parsed } from './names.js';

/*
 * The plan file of a switch from NTLM to certificates. It goes from computer to computer, in the order of Microsoft's
 * page, "Switch between NTLM and Certificate authentication", and says of each node how far it is. No secrets.
 */

const switchPlanSchemaVersion = 2;
const kind = 'dpm-prep switch plan';

/** What is done to every node, in this order; `restarted` only where Windows asked for it. */
export const switchStages = [
  'removed',
  'agentUninstalled',
  'restarted',
  'folderDeleted',
  'agentInstalled',
  'configured',
  'attached',
  'verified',
] as const;

export type SwitchStage = (typeof switchStages)[number];

const when = z.iso.datetime().nullable();

const node = z
  .strictObject({
    /** As the DPM server knows it: the name that every command gets. */
    name: judged(parseComputerName),
    /** When each stage was done, by the clock of the computer that did it; null: not yet. */
    done: z.strictObject({
      removed: when,
      agentUninstalled: when,
      restarted: when,
      folderDeleted: when,
      agentInstalled: when,
      configured: when,
      attached: when,
      verified: when,
    } satisfies Record<SwitchStage, z.ZodType>),
    /** Windows wants a restart before the folder can be deleted. */
    restartNeeded: z.boolean(),
    /** The .bin that was made on this node: what the attach needs. */
    credential: carriedCredential.nullable(),
  })
  // A stage without the one before it cannot be: nothing is done out of order.
  .refine(({ done }) => {
    const order = switchStages.filter((stage) => stage !== 'restarted').map((stage) => done[stage] !== null);
    return order.every((isDone, index) => !isDone || index === 0 || order[index - 1] === true);
  })
  .refine(({ done, credential }) => (done.configured === null) === (credential === null));

const schema = z.strictObject({
  kind: z.literal(kind),
  schemaVersion: z.literal([1, switchPlanSchemaVersion]),
  /** Written by a practice computer; a real one refuses it, and the other way round. */
  rehearsal: z.boolean(),
  /** Tells this switch from every other. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** Goes up with every writing: of two copies the higher one is the newer. */
  revision: z.number().int().min(1).max(1_000_000),
  dpmServerName: judged(parseComputerName),
  clusterName: z.string().min(1).max(300).nullable(),
  nodes: z
    .array(node)
    .min(1)
    .max(64)
    .refine((nodes) =>
      nodes.every((one, index) => !nodes.slice(0, index).some(({ name }) => sameName(name, one.name))),
    ),
  /** The DPM server's .bin: goes to every node, never into an attach. */
  dpmServerCredential: carriedCredential.nullable(),
  /** The CA certificates above the DPM server's certificate: every node must trust their root. */
  dpmServerAuthorities: carriedAuthorities,
  /** Those above the certificates of the nodes, each once: the DPM server must trust their roots. */
  nodeAuthorities: carriedAuthorities,
  /** Who has the next step, in words, for a person who opens the file; null: all is done. */
  next: z.string().max(400).nullable(),
});

/** For `dpm-prep schema switch-plan`. */
export const switchPlanSchema = schema;

export type SwitchPlan = Readonly<Omit<z.infer<typeof schema>, 'next'>>;
export type SwitchNode = SwitchPlan['nodes'][number];

export const maxSwitchPlanBytes = 384 * 1024;

/** What the next computer has to do. One turn is one visit, except that a restart may part `clear` into two. */
export type Turn =
  | { readonly on: 'dpm-server'; readonly does: 'remove' | 'attach' }
  | { readonly on: 'node'; readonly node: SwitchNode; readonly does: 'clear' | 'configure' };

/**
 * Whose turn it is; null: everything is done. As on the page: all nodes are removed, then the agent is taken off all of
 * them, and only then is any of them configured by certificate.
 */
export const nextTurn = ({ nodes }: Pick<SwitchPlan, 'nodes'>): Turn | null => {
  const without = (stage: SwitchStage): SwitchNode | undefined =>
    nodes.find(({ done }) => done[stage] === null);
  if (without('removed')) return { on: 'dpm-server', does: 'remove' };
  const uncleared = without('folderDeleted');
  if (uncleared) return { on: 'node', node: uncleared, does: 'clear' };
  const unconfigured = without('configured');
  if (unconfigured) return { on: 'node', node: unconfigured, does: 'configure' };
  return without('verified') ? { on: 'dpm-server', does: 'attach' } : null;
};

/** What a turn is, in words that follow "has to". */
export const turnText = {
  remove: 'remove the nodes from the DPM server',
  clear: 'uninstall the agent and delete its folder',
  configure: 'install the agent and configure it by certificate',
  attach: 'attach the nodes by certificate and check them',
} as const satisfies Record<Turn['does'], string>;

/** Name of the computer whose turn it is. */
export const turnComputer = (plan: Pick<SwitchPlan, 'dpmServerName'>, turn: Turn): string =>
  turn.on === 'dpm-server' ? plan.dpmServerName : turn.node.name;

const file = carriedFile({ kind, schemaVersion: switchPlanSchemaVersion, schema, noun: 'switch plan' });

/** The plan file's exact text, with who is next. */
export const serializeSwitchPlan = (plan: SwitchPlan): string => {
  const turn = nextTurn(plan);
  const next = turn === null ? null : `${turnComputer(plan, turn)} has to ${turnText[turn.does]}.`;
  return file.serialize({ ...plan, next });
};

/** Reads a plan file's text. The problem is a sentence that continues "The switch plan X". */
export const parseSwitchPlan = (text: string): Parsed<SwitchPlan> => {
  const parsed = file.parse(text);
  if (!parsed.ok) return parsed;
  const { next: _next, ...plan } = parsed.value;
  const hashes = [plan.dpmServerCredential, ...plan.nodes.map(({ credential }) => credential)].flatMap(
    (credential) => (credential === null ? [] : [credential.sha256]),
  );
  return new Set(hashes).size === hashes.length
    ? { ok: true, value: plan }
    : {
        ok: false,
        problem:
          'is invalid: it names one file as the credential file of two computers. Do not attach with it. Begin a new switch.',
      };
};

/** A plan as a run recorded it, without the words for a person who opens the file; null: it is not a plan. */
export const recordedSwitchPlan = (value: unknown): SwitchPlan | null => {
  if (typeof value !== 'object' || value === null) return null;
  const parsed = schema.safeParse({ ...value, next: null });
  if (!parsed.success) return null;
  const { next: _next, ...plan } = parsed.data;
  return plan;
};

export interface NewSwitchPlan {
  readonly id: string;
  readonly rehearsal: boolean;
  readonly dpmServerName: string;
  readonly clusterName: string | null;
  readonly nodeNames: readonly string[];
}

const nothingDone: SwitchNode['done'] = {
  removed: null,
  agentUninstalled: null,
  restarted: null,
  folderDeleted: null,
  agentInstalled: null,
  configured: null,
  attached: null,
  verified: null,
};

/** A plan of which nothing is done yet. */
export const newSwitchPlan = ({ nodeNames, ...given }: NewSwitchPlan): SwitchPlan => ({
  kind,
  schemaVersion: switchPlanSchemaVersion,
  ...given,
  revision: 1,
  nodes: nodeNames.map((name) => ({ name, done: nothingDone, restartNeeded: false, credential: null })),
  dpmServerCredential: null,
  dpmServerAuthorities: [],
  nodeAuthorities: [],
});

export interface Progress {
  /** Stages that these nodes have reached now. */
  readonly stages: readonly SwitchStage[];
  /** Null: all nodes. */
  readonly nodeName: string | null;
  readonly at: Date;
  readonly restartNeeded?: boolean;
  readonly credential?: SwitchNode['credential'];
  readonly dpmServerCredential?: SwitchPlan['dpmServerCredential'];
  readonly dpmServerAuthorities?: readonly string[];
  /** Of one node: added to those of the others. */
  readonly nodeAuthorities?: readonly string[];
}

/** What no longer fits is left out: then the DPM server cannot check that root before it attaches. */
const withAuthorities = (known: readonly string[], more: readonly string[]): string[] => {
  const all = [...new Set([...known, ...more])];
  return all.length <= maxAuthorities ? all : [...known];
};

/** The plan after some progress: the next revision. */
export const advance = (plan: SwitchPlan, progress: Progress): SwitchPlan => {
  const at = progress.at.toISOString();
  const reached = Object.fromEntries(progress.stages.map((stage) => [stage, at]));
  return {
    ...plan,
    revision: plan.revision + 1,
    dpmServerCredential: progress.dpmServerCredential ?? plan.dpmServerCredential,
    dpmServerAuthorities: [...(progress.dpmServerAuthorities ?? plan.dpmServerAuthorities)],
    nodeAuthorities: withAuthorities(plan.nodeAuthorities, progress.nodeAuthorities ?? []),
    nodes: plan.nodes.map((one) =>
      progress.nodeName !== null && !sameName(one.name, progress.nodeName)
        ? one
        : {
            ...one,
            done: { ...one.done, ...reached },
            restartNeeded: progress.restartNeeded ?? one.restartNeeded,
            credential: progress.credential ?? one.credential,
          },
    ),
  };
};

/** Which of the computers of the plan one is that calls itself by these names; null: none of them. */
export const placeIn = (
  plan: SwitchPlan,
  ownNames: readonly string[],
): { readonly on: 'dpm-server' } | { readonly on: 'node'; readonly node: SwitchNode } | null => {
  const named = (same: (a: string, b: string) => boolean) => (name: string) =>
    ownNames.some((own) => same(own, name));
  // The very name first: a NetBIOS name alone may fit more than one.
  for (const isOwn of [named(sameName), named(mayBeSameComputer)]) {
    if (isOwn(plan.dpmServerName)) return { on: 'dpm-server' };
    const found = plan.nodes.find(({ name }) => isOwn(name));
    if (found) return { on: 'node', node: found };
  }
  return null;
};
