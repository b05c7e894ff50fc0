import { existsSync, readFileSync } from 'node:fs';
import type { SwitchPlan } from '../../../src/dpm/switch-plan.js';
import { hasFault } from '../../../src/rehearsal/faults.js';
import { readWorld } from '../../../src/rehearsal/store.js';
import type { Given, Kind } from './given.js';
import { clusterOf, fileOn, meta, planName, server, togetherWith, type Computer } from './pair.js';
import { listed, truthOf, type Listed } from './truth.js';

/*
 * The commands after which a computer is no longer protected: `remove`, and the turns of `switch-auth`.
 */

const recordOf = (world: string, computer: string): Listed | undefined =>
  listed(world, server).find(({ serverName }) => serverName.toLowerCase() === computer.toLowerCase());

/** Those of these computers that Remove-ProductionServer.ps1 refuses with ID 292. */
export const inProtection = (world: string, names: readonly string[]): readonly string[] => {
  const { faults } = readWorld(world);
  return names.filter((name) => {
    const record = recordOf(world, name);
    return (
      record !== undefined &&
      (hasFault(faults, 'data-sources-protected', name) ||
        record.dataSources.some((source) => source.protected))
    );
  });
};

const together = ({ world, computer }: Given): readonly Computer[] => togetherWith(world, computer);

const stillListed = (given: Given): string | null =>
  together(given).find((name) => recordOf(given.world, name) !== undefined) ?? null;

const planOn = ({ world, computer }: Given, where: string): SwitchPlan | null => {
  const path = fileOn(world, where, planName(world, computer));
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as SwitchPlan) : null;
};

/** What the plan file on this computer says is done there, and is not. */
const unlikePlan =
  (where: (given: Given) => string) =>
  (given: Given): string | null => {
    const { world } = given;
    const plan = planOn(given, where(given));
    if (plan === null) return null;
    for (const { name, done, credential } of plan.nodes) {
      const configuration = truthOf(world, name).agent?.configuration;
      const record = recordOf(world, name);
      if (where(given) === server) {
        if (done.verified !== null) {
          if (record?.authentication !== 'certificate') return `${name} is not listed by certificate`;
          if (record.credential !== credential?.sha256) return `${name} is listed with another .bin`;
          if (configuration?.mode !== 'certificate' || configuration.credential !== record.credential)
            return `the agent on ${name} has another .bin than the DPM server`;
        } else if (done.removed !== null && done.attached === null && record !== undefined) {
          return `${name} is still listed`;
        }
      } else if (name === where(given)) {
        if (done.configured !== null) {
          if (configuration?.mode !== 'certificate')
            return `the agent is set to ${configuration?.mode ?? 'nothing'}`;
          if (configuration.credential !== credential?.sha256) return 'the agent has another .bin';
        } else if (done.folderDeleted !== null && truthOf(world, name).agent !== null) {
          return 'the agent is still there';
        }
      }
    }
    return null;
  };

const switchWords = (given: Given, where: string): readonly string[] => {
  const { world, computer, issued, pick } = given;
  const cluster = clusterOf(world);
  return [
    ...['switch-auth', '--plan', `${meta}\\${planName(world, computer)}`, '--accept-eula'],
    ...(where === server
      ? cluster === null
        ? ['--node', computer]
        : ['--cluster-name', cluster]
      : ['--thumbprint', issued[computer]?.[0] ?? '']),
    ...(where === server && pick === 2 ? ['--confirm', cluster ?? computer] : []),
  ];
};

const onServer = (): string => server;
const onItself = ({ computer }: Given): string => computer;

export const leavingKinds = {
  'remove here': {
    side: 'dpm-server',
    words: ({ world, computer }) => {
      const cluster = clusterOf(world);
      const named = cluster === null ? ['--ps-name', computer] : ['--cluster-name', cluster];
      return ['remove', '--dpm-server-name', server, ...named, '--confirm', cluster ?? computer];
    },
    removes: together,
    missing: (given) => {
      const name = stillListed(given);
      return name === null ? null : `${name} is still listed`;
    },
  },
  'remove there': {
    side: 'protected-computer',
    words: ({ computer }) => ['remove', '--confirm', computer],
    missing: ({ world, computer }) =>
      truthOf(world, computer).agent === null ? null : 'the agent is still there',
  },
  'switch-auth here': {
    side: 'dpm-server',
    words: (given) => switchWords(given, server),
    removes: together,
    missing: unlikePlan(onServer),
  },
  'switch-auth there': {
    side: 'protected-computer',
    words: (given) => switchWords(given, given.computer),
    missing: unlikePlan(onItself),
  },
} satisfies Record<string, Kind>;
