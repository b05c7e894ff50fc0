/** The questions of the guide on a new protected computer, NTLM, in their order, each with the answer that continues. */
export const toNtlmPlan = [
  ['Which computer is this?', '\r'],
  ['What do you want to protect?', '\r'],
  ['Does it run on a cluster?', 'n\r'],
  ['What else on this computer, besides Files?', '\r'],
  ['Authentication:', '\r'],
  ['licence terms', 'y\r'],
  ['Name of the DPM server:', 'Server01\r'],
  ['User name:', 'mark\r'],
] as const;
