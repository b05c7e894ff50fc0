import { carriesName } from '../dpm/credential-file.js';
import type { Handover } from '../dpm/handover.js';
import { sameName } from '../dpm/names.js';

/** Everything that is known of the file that is about to be given to the attach script. */
export interface GuardInput {
  readonly file: { readonly path: string; readonly name: string; readonly sha256: string };
  readonly psName: string;
  readonly handover: Handover | null;
  /** Names by which this DPM server is known: NetBIOS, FQDN, as given. */
  readonly dpmServerNames: readonly string[];
  /** SHA-256 of files that set-credentials recorded on this DPM server. */
  readonly recorded: readonly string[];
  /** The DPM server's own credential files that lie about on its disk. */
  readonly ownFiles: readonly { readonly path: string; readonly sha256: string }[];
  /** What was typed as the protected computer's name, where there is no handover file. */
  readonly confirmed: string | null;
}

export interface Refusal {
  readonly what: string;
  readonly fix: readonly string[];
}

const trap =
  "With the DPM server's own .bin the attach script removes every computer that is protected by certificate.";

const rightFile = (psName: string): string =>
  `Take the .bin that "dpm-prep set-dpm-server --auth certificate" made on ${psName}.`;

/**
 * Why this file must not be given to Attach-ProductionServerWithCertificate.ps1, or null. No flag turns it off: the
 * page warns that the wrong file removes all computers that are protected by certificate. Pure.
 */
export const refuseCredential = (input: GuardInput): Refusal | null => {
  const { file, handover, psName } = input;
  const own = (why: string): Refusal => ({
    what: `${file.path} is the DPM server's own credential file: ${why}. ${trap} Nothing was changed.`,
    fix: [rightFile(psName)],
  });
  if (input.recorded.includes(file.sha256))
    return own('set-credentials made a file of this content on this DPM server');
  const twin = input.ownFiles.find(({ sha256 }) => sha256 === file.sha256);
  if (twin) return own(`it has the content of ${twin.path}`);
  if (handover?.dpmServerCredential?.sha256 === file.sha256) return own('the handover file names it as such');
  const name = input.dpmServerNames.find((known) => carriesName(file.name, known));
  if (name !== undefined && !carriesName(file.name, psName)) return own(`its name carries ${name}`);
  if (handover) {
    const named = handover.protectedComputerCredential;
    if (named === null) {
      return {
        what: `The handover file names no credential file of ${psName}: it has not been on that computer yet. Nothing was changed.`,
        fix: [
          `Copy it to ${psName}, run "dpm-prep set-dpm-server --auth certificate" there, and bring back what that writes.`,
        ],
      };
    }
    if (named.sha256 !== file.sha256) {
      return {
        what: `${file.path} is not the file that ${psName} made (${named.name}): its content is another. ${trap} Nothing was changed.`,
        fix: [`Copy ${named.name} again from ${psName}.`],
      };
    }
    return null;
  }
  if (!carriesName(file.name, psName)) {
    return {
      what: `Nothing shows that ${file.path} was made on ${psName}: there is no handover file, and its name does not carry that computer's. ${trap} Nothing was changed.`,
      fix: [
        `Bring the handover file from ${psName} too: dpm-prep attach --handover ${psName}.handover.json`,
        'Or give the file the name back that it had.',
      ],
    };
  }
  if (input.recorded.length === 0 && input.ownFiles.length === 0) {
    return {
      what: `Nothing on this DPM server shows what its own .bin looks like, so under another name it could not be told from that of ${psName}. ${trap} Nothing was changed.`,
      fix: [
        `Bring the handover file from ${psName} too: dpm-prep attach --handover ${psName}.handover.json`,
        "Or put the DPM server's own .bin (made by Set-DPMCredentials) into the same folder, to be compared.",
      ],
    };
  }
  if (input.confirmed === null || !sameName(input.confirmed, psName)) {
    return {
      what:
        input.confirmed === null
          ? `There is no handover file, so ${psName} must be confirmed by name. ${trap} Nothing was changed.`
          : `${JSON.stringify(input.confirmed.slice(0, 60))} was given as confirmation, and the computer is ${psName}. Nothing was changed.`,
      fix: [`--confirm ${psName}`, `Better: bring the handover file from ${psName}, and use --handover.`],
    };
  }
  return null;
};
