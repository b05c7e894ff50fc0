/**
 * What a file or a server may cost. Every limit is checked before the work that it bounds. A file that was made to
 * hurt takes at most 300 MB, and two seconds besides the time that key derivation may take.
 */
export const limits = {
  /** Bytes of one input file: the largest real bundles have some hundred kilobytes. */
  fileBytes: 4 * 1024 * 1024,
  /** Bytes of one certificate. */
  certificateBytes: 64 * 1024,
  /** ASN.1 nesting; a PFX needs about 20. */
  depth: 40,
  /** ASN.1 elements in one structure that is decoded whole. */
  elements: 50_000,
  /** Certificates in one input. */
  certificates: 200,
  /** Private keys in one input. */
  keys: 32,
  /** Certificates in one chain. */
  chain: 12,
  /** Signatures that are tried while one chain is built. */
  signatureTries: 64,
  /** Certificates that are visited while the paths of one chain are built: cross certificates make many. */
  chainSteps: 200,
  /** Names times name spaces that are compared for one chain. */
  nameComparisons: 200_000,
  /**
   * Milliseconds of processor time for deriving keys from one password over one input. Firefox asks for 600,000 rounds
   * three times, which is one to two seconds; GnuTLS with triple DES seven times, which is five.
   */
  derivationMs: 15_000,
  /** Bytes of a key that is derived: RFC 9579 sets no limit for PBMAC1. */
  derivedKeyBytes: 1_024,
  /** PEM blocks in one input, of any kind. */
  blocks: 1_000,
  /** Parts of one input that are named because they were passed over. */
  aside: 5,
  /** Bits of an RSA key that is still tried out by signing with it. */
  rsaTrialBits: 8_192,
  /** Characters of one text of a certificate that are kept. */
  text: 300,
  /** Names or addresses of one kind that are kept from one certificate. */
  listed: 50,
  /** Other inputs with the same key that are named. */
  twins: 10,
  /** Bytes of a downloaded revocation list. */
  crlBytes: 16 * 1024 * 1024,
  /** Bytes of an OCSP answer. */
  ocspBytes: 128 * 1024,
  /** Milliseconds for which an answer counts that names no end: RFC 5280 requires one, so few do without. */
  endlessAnswerMs: 24 * 60 * 60_000,
  /** Redirects that are followed. */
  redirects: 3,
  /** Milliseconds for one address, redirects and download included. */
  addressMs: 5_000,
  /** Addresses of one kind that are asked for one certificate. */
  addresses: 8,
  /** Milliseconds of network for one input, however many addresses it names. */
  inputNetworkMs: 15_000,
  /** Bytes of revocation lists that one run keeps. */
  keptBytes: 64 * 1024 * 1024,
  /** Addresses that are asked at the same time. */
  parallel: 8,
} as const;
