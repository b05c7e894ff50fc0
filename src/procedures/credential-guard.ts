import { carriesName } from '../dpm/credential-file.js';
import type { Handover } from '../dpm/handover.js';
import { sameName } from '../dpm/names.js';

/** Everything that is known of the file that is about to be given to the attach script. */
export interface GuardInput {
  readonly file: { readonly path: string; readonly name: string; readonly sha256: string };
  readonly psName: string;
  /** What the protected computer says of its own file; null: nothing came along, and the file is refused. */
  readonly handover: Handover | null;
  /** Names by which this DPM server is known: NetBIOS, FQDN, as given. */
  readonly dpmServerNames: readonly string[];
  /** SHA-256 of files that set-credentials recorded on this DPM server. */
  readonly recorded: readonly string[];
  /** SHA-256 of files after whose attach computers left the list of this DPM server. */
  readonly harmful: readonly string[];
  /** The DPM server's own credential files that lie about on its disk. */
  readonly ownFiles: readonly { readonly path: string; readonly sha256: string }[];
  /** What was typed as the protected computer's name, where nobody saw its file being made. */
  readonly confirmed: string | null;
}

export interface Refusal {
  readonly what: string;
  readonly fix: readonly string[];
}

const trap =
  "With the DPM server's own .bin, the attach script removes every computer that is protected by certificate.";

/** What gives a handover file to someone who has none. */
const getHandover = (psName: string): readonly string[] => [
  `On ${psName}, run: dpm-prep set-dpm-server --auth certificate`,
  `If you ran SetDpmServer by hand, run this on ${psName}: dpm-prep handover --ps-credential <the .bin that it wrote> --dpm-credential <the DPM server's .bin>`,
  `Then copy ${psName}.handover.json and the .bin here, and run: dpm-prep attach --handover ${psName}.handover.json`,
];

/**
 * Why this file must not be given to Attach-ProductionServerWithCertificate.ps1, or null. No flag turns it off: the
 * page warns that the wrong file removes all computers that are protected by certificate. A missing fact refuses
 * the file just as a wrong one does. Pure.
 */
export const refuseCredential = (input: GuardInput): Refusal | null => {
  const { file, handover, psName } = input;
  const own = (why: string): Refusal => ({
    what: `${file.path} is the DPM server's own credential file: ${why}. ${trap} Nothing was changed.`,
    fix: [`Use the .bin that "dpm-prep set-dpm-server --auth certificate" made on ${psName}.`],
  });
  if (input.harmful.includes(file.sha256)) {
    return {
      what: `${file.path} is refused on this DPM server: after an attach with the same content, computers were missing from the list. Nothing was changed.`,
      fix: getHandover(psName),
    };
  }
  if (input.recorded.includes(file.sha256))
    return own('set-credentials wrote the same content on this DPM server');
  const twin = input.ownFiles.find(({ sha256 }) => sha256 === file.sha256);
  if (twin) return own(`its content is the same as that of ${twin.path}`);
  if (handover?.dpmServerCredential?.sha256 === file.sha256) return own('the handover file says so');
  if (handover === null) {
    return {
      what: `An attach by certificate needs the handover file of ${psName}. Without it, nothing shows that ${file.path} was made there. ${trap} Nothing was changed.`,
      fix: getHandover(psName),
    };
  }
  const named = handover.protectedComputerCredential;
  if (named === null || handover.writtenBy !== 'protected-computer') {
    return {
      what: `The handover file does not name a credential file of ${psName}: ${psName} has not completed it yet. Nothing was changed.`,
      fix: [
        `Copy it to ${psName}, run "dpm-prep set-dpm-server --auth certificate" there, and copy the files that it writes back here.`,
      ],
    };
  }
  if (handover.dpmServerCredential === null) {
    return {
      what: `The handover file does not say which .bin is the DPM server's own, so dpm-prep cannot tell the two apart. ${trap} Nothing was changed.`,
      fix: getHandover(psName),
    };
  }
  if (named.sha256 !== file.sha256) {
    return {
      what: `${file.path} is not the file that ${psName} made (${named.name}): its content differs. ${trap} Nothing was changed.`,
      fix: [`Copy ${named.name} again from ${psName}.`],
    };
  }
  if (handover.witnessed) return null;
  const name = input.dpmServerNames.find((known) => carriesName(file.name, known));
  if (name !== undefined && !carriesName(file.name, psName)) return own(`its name contains ${name}`);
  if (input.confirmed === null || !sameName(input.confirmed, psName)) {
    return {
      what:
        input.confirmed === null
          ? `Someone ran SetDpmServer by hand on ${psName}, so dpm-prep did not see it write ${file.path}. Confirm ${psName} by name. ${trap} Nothing was changed.`
          : `You confirmed "${input.confirmed.slice(0, 60)}", but the computer is ${psName}. Nothing was changed.`,
      fix: [
        `Safer: make a new file. On ${psName}, run: dpm-prep set-dpm-server --auth certificate`,
        `Or, if you are sure that this file was made on ${psName}: --confirm ${psName}`,
      ],
    };
  }
  return null;
};
