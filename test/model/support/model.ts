import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { reportDocumentSchema } from '../../../src/show/document-schema.js';
import type { Behaviour } from '../../../src/rehearsal/state.js';
import { restartComputer } from '../../../src/rehearsal/restart.js';
import { readWorld } from '../../../src/rehearsal/store.js';
import { fileActs, hands, handNames, type Hand, type HandName } from './acts.js';
import { clockNow, moveClock, setClock } from './clock.js';
import { kindNames, kindOf, type KindName } from './commands.js';
import type { Given } from './given.js';
import { newPast, unhealthyHere, unhealthyThere, type Past } from './health.js';
import { inProtection } from './leaving.js';
import {
  carry,
  computers,
  copyWorld,
  fileOn,
  handoverName,
  handoverOf,
  onPractice,
  passwords,
  pfxPassword,
  server,
  setBehaviour,
  setFaults,
  stages,
  togetherWith,
  type Computer,
  type Issued,
  type Stage,
  type Templates,
} from './pair.js';
import type { Said } from './program.js';
import { begun, deadProcess, listening, type Moment } from './tools.js';
import { contentOf, differences, listed, truthOf } from './truth.js';

/*
 * A model that does not believe the program: after each command it looks at the world itself.
 */

interface World {
  readonly folder: string;
  readonly issued: Issued;
  readonly past: Past;
  /** A person does this while the next tool works. */
  meanwhile: { readonly moment: Moment; readonly hand: FileAct; readonly of: Hand } | null;
}

type FileAct = (typeof fileActs)[number];
type Model = Record<string, never>;

/** What the sequences were made of, over all of them. */
export const told = {
  sequences: 0,
  commands: 0,
  cut: 0,
  acts: 0,
  faults: 0,
  resumed: 0,
  losses: 0,
  exits: new Map<string, number>(),
};

const good = [0, 6, 3010];

interface Report {
  readonly exitCode: number;
  readonly outcome: string;
  readonly changed: boolean;
  readonly problem: { readonly what: string } | null;
  readonly steps: readonly { readonly id: string; readonly state: string; readonly changed: boolean }[];
}

/** The document without what no failure here is about. */
const brief = ({ stdout }: Said): string => {
  try {
    const {
      findings: _findings,
      replay: _replay,
      data: _data,
      ...rest
    } = JSON.parse(stdout) as Record<string, unknown>;
    return JSON.stringify(rest, null, 1);
  } catch {
    return stdout;
  }
};

/** What this sequence did so far, a line for each command: a failure is read with it. */
const soFar: string[] = [];

const fail = (why: string, said: Said): never => {
  throw new Error(`${why}\n${brief(said)}\n${said.stderr}\nThe sequence:\n${soFar.join('\n')}`);
};

const documentOf = (said: Said): Report => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(said.stdout);
  } catch {
    return fail('standard output is not one JSON document', said);
  }
  const checked = reportDocumentSchema.safeParse(parsed);
  if (!checked.success) return fail(`the document is not as its schema: ${checked.error.message}`, said);
  return parsed as Report;
};

const named = (world: string): readonly string[] => listed(world, server).map(({ serverName }) => serverName);

interface State {
  readonly content: ReadonlyMap<string, string>;
  /** The computers that the DPM server has in its list, or will have in a moment. */
  readonly names: readonly string[];
  /** A computer has yet to appear in the list: that is a change without a tool. */
  readonly settles: boolean;
}

/** Everything that holds after every command, whatever it is. */
const check = (
  said: Said,
  before: State,
  of: {
    readonly world: string;
    readonly kind: KindName | null;
    readonly given: Given;
    readonly disturbed: boolean;
    readonly past: Past;
  },
): Report => {
  const report = documentOf(said);
  for (const secret of [...passwords, pfxPassword]) {
    if (said.stdout.includes(secret) || said.stderr.includes(secret)) fail('a secret was printed', said);
  }
  if (report.exitCode !== said.code % 256 && report.exitCode !== said.code) fail('two exit codes', said);
  if (said.code === 1) fail('it ended as a bug', said);
  const kind = of.kind === null ? null : kindOf(of.kind);
  const now = named(of.world);
  const onPurpose = kind?.removes?.(of.given) ?? [];
  const lost = before.names.filter((name) => !now.includes(name) && !onPurpose.includes(name as Computer));
  if (lost.length > 0) {
    const handed = handoverOf(fileOn(of.world, server, handoverName(of.given.computer)));
    // Nobody can know better where a person vouches for a .bin that was made by hand.
    const vouched = kind?.confirms === true && handed?.witnessed === false;
    if (!vouched) fail(`left the list: ${lost.join(', ')}`, said);
    if (said.code !== 5) fail(`a loss that was not exit 5: ${lost.join(', ')}`, said);
  }
  if (!of.disturbed) {
    const differs = differences(before.content, contentOf(of.world));
    if (differs.length > 0 && !report.changed)
      fail(`changed is false, and these changed: ${differs.join(', ')}`, said);
    if (differs.length > 0 && [2, 3].includes(said.code))
      fail(`exit ${String(said.code)} changed ${differs.join(', ')}`, said);
    if (differs.length > 0 && kind?.onlyReads) fail(`it only reads, and changed ${differs.join(', ')}`, said);
    // A tool that ends well and did nothing is not to be told from one whose work was done already.
    const silent = readWorld(of.world).faults.some((fault) => fault.endsWith(':exit-0-does-nothing'));
    if (
      !silent &&
      !before.settles &&
      differs.length === 0 &&
      report.changed &&
      good.includes(said.code) &&
      !String(of.kind).startsWith('update-password')
    )
      fail('changed is true, and nothing changed', said);
  }
  if ([2, 3].includes(said.code) && report.changed)
    fail(`exit ${String(said.code)} with changed: true`, said);
  if (good.includes(said.code) && kind?.missing && !of.disturbed) {
    const missing = kind.missing(of.given);
    if (missing !== null) fail(`it says that it is done, but ${missing}`, said);
  }
  if (said.code === 0 && (of.kind === 'status here' || of.kind === 'status there')) {
    const judge = of.kind === 'status here' ? unhealthyHere : unhealthyThere;
    const why = judge(of.given, of.past);
    if (why !== null) fail(`status says healthy, but ${why}`, said);
  }
  return report;
};

const firstProblem = ({ stdout }: Said): string => /"what": "(.*)"/.exec(stdout)?.[1] ?? '';

const sideOf = (kind: KindName, computer: Computer): string =>
  kindOf(kind).side === 'dpm-server' ? server : computer;

const run = async (kind: KindName, given: Given): Promise<Said> => {
  const { words, password } = kindOf(kind);
  return onPractice(given.world, sideOf(kind, given.computer), words(given), password?.(given));
};

const count = (name: string, said: Said): void => {
  soFar.push(`${name}: exit ${String(said.code)}. ${firstProblem(said)}`);
  told.commands += 1;
  told.exits.set(String(said.code), (told.exits.get(String(said.code)) ?? 0) + 1);
};

/** The power goes at this moment: what is on the disk then is all that is left. */
const cutAt = async (
  world: string,
  wanted: { readonly moment: Moment; readonly nth: number },
  work: () => Promise<Said>,
): Promise<boolean> => {
  let seen = 0;
  const power = { cut: false };
  const kept = `${world}.cut`;
  listening.at = (moment) => {
    if (moment !== wanted.moment || power.cut) return;
    seen += 1;
    if (seen !== wanted.nth) return;
    power.cut = true;
    copyWorld(world, kept);
  };
  try {
    await work();
  } finally {
    listening.at = () => undefined;
  }
  if (!power.cut) return false;
  copyWorld(kept, world);
  rmSync(kept, { recursive: true });
  for (const computer of [server, ...computers]) {
    const lock = join(world, 'machines', computer, 'dpm-prep', 'run.lock');
    try {
      const holder = JSON.parse(readFileSync(lock, 'utf8')) as { readonly process: object };
      const process = { ...holder.process, processId: deadProcess, start: null };
      writeFileSync(lock, JSON.stringify({ ...holder, process }));
    } catch {
      // Nothing ran there.
    }
  }
  rmSync(join(world, 'world.lock'), { force: true });
  return true;
};

const command = <T>(name: string, act: (world: World) => Promise<T>) => ({
  check: () => true,
  run: async (_model: Model, world: World): Promise<T> => act(world),
  toString: () => name,
});

const scriptOfRemoval = 'Remove-ProductionServer.ps1';

/** The password of the agent's account, as the computer keeps it; null: there is none. */
const keptPassword = (world: string, computer: Computer): string | null => {
  const { agent, accounts } = truthOf(world, computer);
  const configuration = agent?.configuration;
  if (configuration?.mode !== 'ntlm') return null;
  const account = accounts.find(({ name }) => name.toLowerCase() === configuration.userName.toLowerCase());
  return JSON.stringify(account?.password ?? null);
};

/** What dpm-prep did here, for what its status must know. */
const note = ({ folder, past }: World, kind: KindName, given: Given, code: number): void => {
  for (const name of kindOf(kind).removes?.(given) ?? []) past.attached.delete(name);
  const isAttach = kind.startsWith('attach') || kind === 'switch-auth here';
  if (!isAttach || !good.includes(code)) return;
  for (const name of kind === 'switch-auth here' ? togetherWith(folder, given.computer) : [given.computer])
    if (named(folder).includes(name)) past.attached.add(name);
};

const givenOf = (world: World, computer: Computer, pick: number): Given => ({
  world: world.folder,
  issued: world.issued,
  computer,
  pick,
});

const short = (computer: Computer): string => computer.split('.')[0] ?? computer;

const stateOf = (world: World): State => ({
  content: contentOf(world.folder),
  names: named(world.folder),
  settles: listed(world.folder, server).some(({ visibleFrom }) => Date.parse(visibleFrom) > Date.now()),
});

/** The file that did harm is refused permanently, and nothing invites to run it again. */
const afterLoss = async (kind: KindName, given: Given): Promise<void> => {
  told.losses += 1;
  for (const again of [
    async () => run(kind, given),
    async () => onPractice(given.world, server, ['resume']),
  ]) {
    const said = await again();
    if (said.code !== 3) fail('after a loss it is not refused', said);
  }
};

const program = (kind: KindName, computer: Computer, pick: number) =>
  command(`dpm-prep ${kind} (${short(computer)}, ${String(pick)})`, async (world) => {
    const given = givenOf(world, computer, pick);
    const before = stateOf(world);
    const { meanwhile } = world;
    world.meanwhile = null;
    let left = 1;
    const passwordBefore = keptPassword(world.folder, computer);
    const held = inProtection(world.folder, kindOf(kind).removes?.(given) ?? []);
    begun.length = 0;
    listening.at = (moment) => {
      if (moment !== meanwhile?.moment || left === 0) return;
      left -= 1;
      hands[meanwhile.hand](meanwhile.of);
    };
    const said = await run(kind, given).finally(() => {
      listening.at = () => undefined;
    });
    count(`${kind} (${short(computer)}, ${String(pick)})`, said);
    check(said, before, {
      world: world.folder,
      kind,
      given,
      disturbed: meanwhile !== null,
      past: world.past,
    });
    if (held.length > 0 && begun.includes(scriptOfRemoval))
      fail(`a removal began, and these are in active protection: ${held.join(', ')}`, said);
    if (keptPassword(world.folder, computer) !== passwordBefore) world.past.strangePasswords.delete(computer);
    note(world, kind, given, said.code);
    if (
      kindOf(kind).removes === undefined &&
      said.code === 5 &&
      named(world.folder).length < before.names.length
    )
      await afterLoss(kind, given);
    return said;
  });

/** There, carried back, attached: what a person does in one go. */
const wholeWay = (first: KindName, last: KindName, computer: Computer, pick: number) =>
  command(`${first}, carried back, ${last} (${short(computer)}, ${String(pick)})`, async (world) => {
    await program(first, computer, pick).run({}, world);
    hands.carryToServer(givenOf(world, computer, pick));
    await program(last, computer, pick).run({}, world);
  });

/** A switch has at most so many turns: two on the DPM server, and each node at most thrice. */
const mostTurns = 10;

interface Turn {
  readonly data?: { readonly next?: { readonly computer: string } | null };
}

/** The whole switch, as its plan file leads. */
const wholeSwitch = (computer: Computer, pick: number) =>
  command(`the whole switch (${short(computer)}, ${String(pick)})`, async (world) => {
    let place: string = server;
    for (let turns = 0; turns < mostTurns; turns += 1) {
      const there = computers.find((name) => name === place);
      if (there !== undefined) await program('import-cert there', there, 0).run({}, world);
      const said = await program(
        there === undefined ? 'switch-auth here' : 'switch-auth there',
        there ?? computer,
        pick,
      ).run({}, world);
      if (!good.includes(said.code)) return;
      if (said.code === 3010) await restartComputer(world.folder, place);
      const next = (JSON.parse(said.stdout) as Turn).data?.next?.computer ?? null;
      if (next === null) return;
      if (next !== place) carry(world.folder, place, next, computer);
      place = next;
    }
    throw new Error('the switch does not come to an end');
  });

/** Off the list, and the agent off the computer. */
const wholeRemoval = (computer: Computer, pick: number) =>
  command(`the whole removal (${short(computer)}, ${String(pick)})`, async (world) => {
    await program('remove here', computer, pick).run({}, world);
    const said = await program('remove there', computer, pick).run({}, world);
    if (said.code !== 3010) return;
    await restartComputer(world.folder, computer);
    await program('remove there', computer, pick).run({}, world);
  });

/** A person vouches for the wrong .bin: nobody can know better, but what follows must be right. */
const vouch = (computer: Computer) =>
  command(`by hand: baitThere (${short(computer)}), and the name confirmed`, async (world) => {
    await hands.baitThere(givenOf(world, computer, 0));
    await wholeWay('handover', 'attach with the name', computer, 0).run({}, world);
  });

/** Somebody swaps the .bin after it was judged and before the script opens it. */
const swapped = (computer: Computer, pick: number, moment: Moment) =>
  command(
    `the .bin is swapped as the script has ${moment} (${short(computer)}, ${String(pick)})`,
    async (world) => {
      const given = givenOf(world, computer, pick);
      // Configured again, so that there is a new .bin to attach with.
      hands.forgetComputer(given);
      await program('set-dpm-server by certificate', computer, pick).run({}, world);
      hands.carryToServer(given);
      world.meanwhile = { moment, hand: 'renameOwnFile', of: given };
      await program('attach', computer, pick).run({}, world);
    },
  );

/** Another .bin is where SetDpmServer is told to write, and SetDpmServer says that it is done and does nothing. */
const fooled = (computer: Computer, pick: number) =>
  command(
    `a .bin is there, and SetDpmServer does nothing (${short(computer)}, ${String(pick)})`,
    async (world) => {
      const given = givenOf(world, computer, pick);
      await hands.baitThere(given);
      hands.forgetComputer(given);
      world.past.strangePasswords.clear();
      setFaults(world.folder, ['set-dpm-server:exit-0-does-nothing']);
      await wholeWay('set-dpm-server by certificate', 'attach', computer, pick).run({}, world);
      setFaults(world.folder, []);
    },
  );

/** The bait on the DPM server, and its file name typed. */
const typed = (computer: Computer) =>
  command(`by hand: baitHere (${short(computer)}), and its name typed`, async (world) => {
    await hands.baitHere(givenOf(world, computer, 1));
    await program('attach by file name', computer, 1).run({}, world);
  });

/** After so many it must say the same again. */
const mostResumes = 4;

const cutOff = (kind: KindName, computer: Computer, pick: number, moment: Moment, nth: number) =>
  command(
    `dpm-prep ${kind} (${short(computer)}, ${String(pick)}), interrupted as tool ${String(nth)} has ${moment}; resume`,
    async (world) => {
      const given = givenOf(world, computer, pick);
      if (!(await cutAt(world.folder, { moment, nth }, async () => run(kind, given)))) return;
      told.cut += 1;
      setFaults(world.folder, []);
      const { password } = kindOf(kind);
      let last = '';
      for (let times = 1; ; times += 1) {
        const before = stateOf(world);
        const said = await onPractice(world.folder, sideOf(kind, computer), ['resume'], password?.(given));
        told.resumed += 1;
        soFar.push(`resume: exit ${String(said.code)}. ${firstProblem(said)}`);
        const begun = !said.stdout.includes('No run was interrupted here.');
        const report = check(said, before, {
          world: world.folder,
          kind: begun ? kind : null,
          given,
          disturbed: false,
          past: world.past,
        });
        note(world, kind, given, said.code);
        // Each run of a tool has a new folder.
        const what = (report.problem?.what ?? '').replaceAll(/[0-9a-f]{16}/g, '<new>');
        const verdict = `${String(said.code)} ${report.outcome} ${what}`;
        if (verdict === last) return;
        if (times === mostResumes) fail(`resume does not come to an end: ${last}, then ${verdict}`, said);
        last = verdict;
      }
    },
  );

const byHand = (hand: HandName, computer: Computer, pick: number) =>
  command(`by hand: ${hand} (${short(computer)}, ${String(pick)})`, async (world) => {
    told.acts += 1;
    soFar.push(`by hand: ${hand} (${short(computer)}, ${String(pick)})`);
    moveClock(60_000);
    const passwordBefore = keptPassword(world.folder, computer);
    await hands[hand](givenOf(world, computer, pick));
    const { attached, strangePasswords } = world.past;
    const passwordAfter = keptPassword(world.folder, computer);
    if (passwordAfter !== null && passwordAfter !== passwordBefore) strangePasswords.add(computer);
    // What dpm-prep knew is gone, or is from another time.
    if (hand === 'forgetComputer' || hand === 'restore') strangePasswords.clear();
    if (hand === 'forgetServer' || hand === 'restore') attached.clear();
  });

const meanwhile = (hand: FileAct, computer: Computer, moment: Moment) =>
  command(`while the next tool has ${moment}: ${hand} (${short(computer)})`, async (world) => {
    told.acts += 1;
    world.meanwhile = { moment, hand, of: givenOf(world, computer, 0) };
    return Promise.resolve();
  });

const faulty = (faults: readonly string[]) =>
  command(`faults: ${faults.join(', ') || 'none'}`, async (world) => {
    if (faults.length > 0) told.faults += 1;
    setFaults(world.folder, faults);
    return Promise.resolve();
  });

const faults = [
  ...[
    'installer',
    'set-dpm-server',
    'attach',
    'attach-certificate',
    'update-info',
    'set-credentials',
    'remove',
    'uninstall',
    'delete-agent-folder',
  ].flatMap((tool) =>
    ['exit-0-does-nothing', 'exit-1-does-it', 'crashes', 'success-text-but-fails'].map(
      (how) => `${tool}:${how}`,
    ),
  ),
  ...[
    'refresh:crashes',
    'refresh:exit-1-does-it',
    'import-pfx:crashes',
    'set-dpm-server:unexpected-question',
  ],
  ...[
    'unreachable',
    'cpwrapper-stopped',
    'port-6076-blocked',
    'restart-pending',
    'not-elevated',
    'module-missing',
    ...computers.map((name) => `data-sources-protected@${name}`),
  ],
];

const computer = fc.constantFrom<Computer>(...computers);
const pick = fc.nat(2);

/** More often what leads on: a configuration, the way there and back, an attach. */
const usual: readonly KindName[] = [
  ...(['set-dpm-server by certificate', 'attach', 'attach', 'set-dpm-server by account'] as const),
  ...(['set-credentials', 'update-password there', 'update-password here', 'attach with the name'] as const),
  ...(['status here', 'status there'] as const),
];

const commandArbitrary = fc.commands<Model, World>(
  [
    fc.tuple(fc.constantFrom(...usual), computer, pick).map((given) => program(...given)),
    fc.tuple(fc.constantFrom(...kindNames), computer, pick).map((given) => program(...given)),
    fc
      .tuple(
        fc.constantFrom(...kindNames.filter((kind) => kindOf(kind).onlyReads !== true)),
        computer,
        pick,
        fc.constantFrom<Moment>('asked', 'begun', 'ended'),
        fc.integer({ min: 1, max: 3 }),
      )
      .map((given) => cutOff(...given)),
    fc
      .tuple(fc.constantFrom<HandName>('carryToComputer', 'carryToServer'), computer, pick)
      .map((given) => byHand(...given)),
    fc.tuple(fc.constantFrom(...handNames), computer, pick).map((given) => byHand(...given)),
    fc
      .tuple(
        fc.constantFrom<KindName>('set-dpm-server by certificate', 'set-dpm-server by account', 'handover'),
        fc.constantFrom<KindName>('attach', 'attach with the name'),
        computer,
        pick,
      )
      .map((given) => wholeWay(...given)),
    fc
      .tuple(fc.constantFrom(...fileActs), computer, fc.constantFrom<Moment>('asked', 'begun', 'ended'))
      .map((given) => meanwhile(...given)),
    fc.tuple(computer, pick).map((given) => wholeSwitch(...given)),
    fc.tuple(computer, pick).map((given) => wholeRemoval(...given)),
    computer.map(vouch),
    computer.map(typed),
    fc.tuple(computer, pick).map((given) => fooled(...given)),
    fc.tuple(computer, pick, fc.constantFrom<Moment>('asked', 'begun')).map((given) => swapped(...given)),
    fc.subarray(faults, { maxLength: 2 }).map(faulty),
    fc.constant(faulty([])),
  ] as never,
  { maxCommands: 16, size: 'max' },
) as unknown as fc.Arbitrary<Iterable<fc.AsyncCommand<Model, World>>>;

/** What Microsoft does not document. */
const behaviour: fc.Arbitrary<Partial<Behaviour>> = fc.record({
  attachDelayMs: fc.constantFrom(0, 500, 20_000),
  exitCodes: fc.record({
    installed: fc.constantFrom(0, 0, 0, 3010),
    installFailed: fc.constantFrom(1, 2, 0),
    configured: fc.constantFrom(0, 0, 0, 1, 2),
    configureFailed: fc.constantFrom(1, 5, 0),
    uninstalled: fc.constantFrom(0, 3010),
  }),
  scriptPassword: fc.constantFrom('System.String', 'System.Security.SecureString'),
  credentialFile: fc.constantFrom('CertificateConfiguration_{name}.bin', '{name}.bin', 'dpm_{name}_cred.BIN'),
  passwordPrompts: fc.constantFrom(
    ['Enter the password: ', 'Confirm the password: '],
    ['Password: '],
    ['Enter the password: ', 'Confirm the password: '],
    ['Geben Sie das Kennwort ein: ', 'Kennwort best\u00e4tigen: '],
  ),
  successText: fc.constantFrom(
    'Configuration completed successfully!!!',
    'Der Vorgang wurde abgeschlossen.',
    '',
  ),
});

export interface Sizes {
  readonly sequences: number;
  readonly seed: number;
  readonly folder: string;
}

/** Runs that many sequences; throws with the shortest one that breaks a promise. */

export const runModel = async (templates: Templates, { sequences, seed, folder }: Sizes): Promise<void> => {
  const world = join(folder, 'world');
  const began = clockNow();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Stage>(...stages),
      behaviour,
      // Without the bias of the first runs, which are short.
      fc.noBias(commandArbitrary),
      async (stage, undocumented, commands) => {
        told.sequences += 1;
        setClock(began);
        soFar.length = 0;
        copyWorld(templates.folderOf(stage), world);
        setBehaviour(world, undocumented);
        await fc.asyncModelRun(
          () => ({
            model: {},
            real: { folder: world, issued: templates.issued, past: newPast(), meanwhile: null },
          }),
          commands,
        );
      },
    ),
    {
      numRuns: sequences,
      seed,
      endOnFailure: false,
    },
  );
};
