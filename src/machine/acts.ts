import * as z from 'zod';

/*
 * What our own scripts change on a computer (Microsoft's programs, scripts and cmdlets are commands of their own,
 * see command.ts). One act = one entry here, one powershell/act-<act>.ps1, one answer of the practice pair.
 */
const text = z.string().max(4_096);

export const acts = {
  /** "Refresh information" of one protected computer: Update-DPMProductionServer. */
  'refresh-computer': {
    input: z.object({ dpmServerName: text, computerName: text }),
    output: z.object({ found: z.boolean() }),
  },

  /**
   * Makes a folder readable only by the user who runs this and by administrators, and answers what Windows then shows:
   * SIDs of the owner and of everyone who has access. Makes the folder if it is not there.
   */
  'protect-folder': {
    input: z.object({ path: text }),
    output: z.object({
      owner: text,
      /** True: access is still inherited from the folder above. */
      inherits: z.boolean(),
      readers: z.array(text).max(100),
      user: text,
    }),
  },

  /**
   * Deletes what an uninstalled agent left behind: this folder with everything in it, and nothing else. The script
   * itself refuses (`refused`, nothing deleted) a path that is not `%ProgramFiles%\\Microsoft Data Protection Manager`,
   * a folder that is a link or junction or is behind one, and a folder that holds more than `DPM` at its top. A link
   * inside is removed as a link, what it points to stays.
   */
  'delete-agent-folder': {
    input: z.object({ path: text }),
    output: z.object({
      deleted: z.boolean(),
      /** Why nothing was deleted; null: it was, or there was nothing. */
      refused: text.nullable(),
      /** What could not be deleted, because something still holds it; at most 20 paths. */
      left: z.array(text).max(20),
    }),
  },

  /**
   * Imports a PFX into LocalMachine\\My: machine key set, persisted, exportable. The PFX's own password comes as the
   * command's password. Answers what the store then says.
   */
  'import-pfx': {
    input: z.object({ /** base64 */ pfx: z.string().max(4_000_000) }),
    output: z.object({ thumbprints: z.array(text).max(50) }),
  },

  /** Puts a CA's certificate into LocalMachine\\Root (self-signed) or LocalMachine\\CA. */
  'add-ca-certificate': {
    input: z.object({
      /** DER in base64. */
      der: z.string().max(200_000),
      store: z.enum(['LocalMachine\\Root', 'LocalMachine\\CA']),
    }),
    output: z.object({ thumbprint: text, added: z.boolean() }),
  },

  /**
   * The page's way from the User store to the Local Computer store: exports the certificate with its key from
   * CurrentUser\\My and imports it into LocalMachine\\My as exportable. The one in CurrentUser\\My stays.
   */
  'copy-to-local-computer': {
    input: z.object({ thumbprint: z.string().regex(/^[0-9A-F]{40}$/) }),
    output: z.object({ thumbprint: text }),
  },
} as const satisfies Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>;

type Acts = typeof acts;
export type ActName = keyof Acts;
export type ActInput<A extends ActName> = z.input<Acts[A]['input']>;
export type ActResult<A extends ActName> = z.output<Acts[A]['output']>;
