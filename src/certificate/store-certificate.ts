import * as z from 'zod';
import type { Immutable } from '../immutable.js';
import type { KeySpec, StoreName } from './facts.js';

const text = z.string().max(4_096);

export const storeNameSchema = z.enum(['LocalMachine\\My', 'CurrentUser\\My']) satisfies z.ZodType<StoreName>;

/** A certificate of a Windows store, with what Windows knows of its key. */
export const storeCertificateSchema = z.object({
  /** DER in base64. */
  der: z.string().max(200_000),
  store: storeNameSchema,
  hasPrivateKey: z.boolean(),
  /** e.g. Microsoft RSA SChannel Cryptographic Provider; null where there is no key or it cannot be read. */
  provider: text.nullable(),
  /** KeySpec 1 exchange, 2 signature, 0 cng; null where there is no key or it cannot be read, see keyError. */
  keySpec: (z.enum(['exchange', 'signature', 'cng']) satisfies z.ZodType<KeySpec>).nullable(),
  /** Null where it is not known: the key cannot be opened, or its provider might ask for a card or a PIN. */
  exportable: z.boolean().nullable(),
  /** The key is in the machine's key set; null where that cannot be read. */
  machineKey: z.boolean().nullable(),
  /** Why keySpec or exportable cannot be read, a sentence; null where nothing failed. */
  keyError: text.nullable(),
  /** The chain that Windows builds, the certificate itself left out, DER in base64. */
  chain: z.array(z.string().max(200_000)).max(20),
  /** Windows has the chain's root in LocalMachine\Root; null: could not be asked. */
  rootTrusted: z.boolean().nullable(),
});

export type StoreCertificate = Immutable<z.infer<typeof storeCertificateSchema>>;
