import type { ParameterKey } from '../answers/parameters.js';

export const passwordParameters: readonly ParameterKey[] = [
  'passwordFile',
  'passwordStdin',
  'password',
  'silenceSeconds',
];

export const checkParameters: readonly ParameterKey[] = ['ignore', 'strict'];

/** What is to be protected: refused where Microsoft does not support it. */
export const scenarioParameters: readonly ParameterKey[] = ['workload', 'cluster', 'environment'];
