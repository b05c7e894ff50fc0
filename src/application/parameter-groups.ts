import type { ParameterKey } from '../answers/parameters.js';

type Keys = readonly ParameterKey[];

export const passwordParameters = ['passwordFile', 'passwordStdin', 'password'] as const satisfies Keys;

export const checkParameters = ['ignore', 'strict'] as const satisfies Keys;

/** What is to be protected: refused where Microsoft does not support it. */
export const scenarioParameters = ['workload', 'cluster', 'environment'] as const satisfies Keys;

/** What every command takes that runs a plan. */
export type ProcedureKey =
  (typeof scenarioParameters)[number] | (typeof checkParameters)[number] | 'silenceSeconds';
