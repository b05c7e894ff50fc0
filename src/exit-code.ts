/**
 * The program's exit codes. They are part of the interface: scripts branch on them, so a number is never re-used.
 * `restartRequired` is Windows' ERROR_SUCCESS_REBOOT_REQUIRED; systems that cut exit codes to eight bits
 * show it as 194, which is why the JSON document carries `restartRequired` too.
 */
export const exitCode = {
  done: 0,
  bug: 1,
  usage: 2,
  checkFailed: 3,
  toolFailed: 4,
  notVerified: 5,
  otherMachineNext: 6,
  cancelled: 130,
  restartRequired: 3010,
} as const;

/** Codes of a run that came to its end: nothing of it is left to resume. */
export const completeCodes: ReadonlySet<number> = new Set([
  exitCode.done,
  exitCode.otherMachineNext,
  exitCode.restartRequired,
]);

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
