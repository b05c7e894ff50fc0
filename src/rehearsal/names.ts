import { sameName } from '../dpm/names.js';
import type { PracticeComputer, WorldFile } from './state.js';

/** All names under which a practice computer can be reached. */
export const namesOf = (computer: PracticeComputer): readonly string[] => [
  computer.netbiosName,
  ...(computer.fqdn === null ? [] : [computer.fqdn]),
  ...computer.dnsSuffixes.map((suffix) => `${computer.netbiosName}.${suffix}`),
];

/** The practice computer of this name, as the resolver of the pair would find it. */
export const findComputer = (world: WorldFile, name: string): PracticeComputer | null =>
  world.computers.find((computer) => namesOf(computer).some((known) => sameName(known, name))) ?? null;

export const dpmServerOf = (world: WorldFile): PracticeComputer => {
  const server = world.computers.find(({ role }) => role === 'dpm-server');
  if (!server) throw new Error('A practice world has a DPM server.');
  return server;
};

/** The name that identifies a computer in certificates and credential files. */
export const certificateName = (computer: PracticeComputer): string => computer.fqdn ?? computer.netbiosName;
