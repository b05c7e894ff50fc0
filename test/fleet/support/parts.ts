import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll } from 'vitest';
import { describeUnless, onPath } from '../../support/lacking.js';
import { Fleet } from './fleet.js';

/** A namespace can be made by root alone, and not in every container. */
const mayMakeNamespaces = (): boolean => {
  const name = `fl${String(process.pid)}-probe`;
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
};

const programs = ['ansible-playbook', 'ansible-vault', 'ssh', 'ssh-keygen', 'sshd', 'ip', 'python3'];

const lackingPrograms = (names: readonly string[]): readonly string[] =>
  names.filter((name) => onPath(name, '/usr/sbin', '/sbin') === null);

const lackingForHosts = (): readonly string[] => {
  const lacking = lackingPrograms(programs);
  return lacking.includes('ip') || mayMakeNamespaces() ? lacking : [...lacking, 'right to make namespaces'];
};

/** Tests that need hosts of their own, which `fleet` gives; skipped by name where they cannot be made. */
export const describeHosts = (name: string, tests: (fleet: () => Fleet) => void): void => {
  describeUnless(lackingForHosts(), name, () => {
    let fleet: Fleet | undefined;
    beforeAll(async () => {
      fleet = new Fleet();
      await fleet.start();
    });
    afterAll(() => {
      fleet?.stop();
    });
    tests(() => {
      if (fleet === undefined) throw new Error('The hosts are not there yet.');
      return fleet;
    });
  });
};

/** Tests that need these programs; skipped by name where one is missing. */
export const describePrograms = (needed: readonly string[], name: string, tests: () => void): void => {
  describeUnless(lackingPrograms(needed), name, tests);
};
