// Measures docs/decisions/certificates.md: which library reads the files that DPM servers really have.
//   node scripts/compare-readers.js        (needs OpenSSL 3; prints a table)
import { execFileSync } from 'node:child_process';
import { webcrypto } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import forge from 'node-forge';
import * as pkijs from 'pkijs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'dpm-prep-readers-'));

/** @param {readonly string[]} args */
const openssl = (...args) =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

/**
 * One file: a leaf below a root, as PFX.
 * @param {string} name
 * @param {{ ca: string, leaf: string, password?: string, pfx?: readonly string[] }} kinds
 */
const make = (name, { ca, leaf, password = 'secret', pfx = [] }) => {
  const key = (/** @type {string} */ kind) =>
    kind === 'EC' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', 'rsa:2048'];
  openssl('req', '-x509', ...key(ca), '-nodes', '-keyout', 'ca.key', '-subj', '/CN=Root', '-out', 'ca.pem');
  openssl(
    'req',
    '-new',
    ...key(leaf),
    '-nodes',
    '-keyout',
    'l.key',
    '-subj',
    '/CN=fin01.contoso.com',
    '-out',
    'l.csr',
  );
  openssl(
    'x509',
    '-req',
    '-in',
    'l.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-out',
    'l.pem',
  );
  const output = ['-out', `${name}.pfx`, '-passout', `pass:${password}`];
  openssl('pkcs12', '-export', '-inkey', 'l.key', '-in', 'l.pem', '-certfile', 'ca.pem', ...pfx, ...output);
  return { bytes: readFileSync(join(folder, `${name}.pfx`)), password };
};

const tripleDes = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'];

const files = () => ({
  'RSA below RSA, AES': make('plain', { ca: 'RSA', leaf: 'RSA' }),
  'RSA below an EC CA': make('ec-ca', { ca: 'EC', leaf: 'RSA' }),
  'EC below an EC CA': make('ec', { ca: 'EC', leaf: 'EC' }),
  'password "grün", AES': make('password', { ca: 'RSA', leaf: 'RSA', password: 'grün' }),
  '3DES (Windows Server 2016 and earlier)': make('3des', { ca: 'RSA', leaf: 'RSA', pfx: tripleDes }),
  'RC2-40 (the same, for certificates)': make('rc2', { ca: 'RSA', leaf: 'RSA', pfx: ['-legacy'] }),
});

/** @typedef {{ bytes: Buffer, password: string }} Input */

/** Reads the key and both certificates, and checks the signature of the leaf. Throws what the library throws. */
const readers = {
  'node-forge (pki)': (/** @type {Input} */ { bytes, password }) => {
    const pfx = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('latin1')), password);
    const bags = [forge.pki.oids.certBag, forge.pki.oids.pkcs8ShroudedKeyBag]
      .filter((bagType) => bagType !== undefined)
      .flatMap((bagType) => pfx.getBags({ bagType })[bagType] ?? []);
    const certificates = bags.flatMap(({ cert }) => cert ?? []);
    if (certificates.length !== 2) throw new Error(`reads ${String(certificates.length)} of 2 certificates`);
    if (!bags.some(({ key }) => key)) throw new Error('reads no key');
    const [leaf, ca] = certificates;
    if (!leaf || !ca?.verify(leaf)) throw new Error('does not verify the leaf');
  },
  pkijs: async (/** @type {Input} */ { bytes, password }) => {
    const exact = new Uint8Array(bytes).buffer;
    const secret = new TextEncoder().encode(password).buffer;
    const pfx = pkijs.PFX.fromBER(exact);
    await pfx.parseInternalValues({ password: secret, checkIntegrity: true });
    const safe = pfx.parsedValue?.authenticatedSafe;
    if (!safe) throw new Error('finds no content');
    await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password: secret })) });
    const bags = safe.parsedValue.safeContents.flatMap((/** @type {any} */ one) => one.value.safeBags);
    const certificates = [];
    let keys = 0;
    for (const { bagValue } of bags) {
      if (bagValue instanceof pkijs.CertBag) certificates.push(/** @type {any} */ (bagValue.parsedValue));
      else if (bagValue instanceof pkijs.PKCS8ShroudedKeyBag) {
        await /** @type {any} */ (bagValue).parseInternalValues({ password: secret });
        keys += 1;
      }
    }
    if (certificates.length !== 2 || keys !== 1) throw new Error('reads not everything');
    if (!(await certificates[0].verify(certificates[1]))) throw new Error('does not verify the leaf');
  },
};

/** The program's own reader, as the sources have it now. */
const ours = async () => {
  const outfile = join(folder, 'ours.mjs');
  await build({
    stdin: {
      contents: `export { CertificateCache, openCertificates, judge } from './src/certificate/index.js';
        export { Secret } from './src/secret.js';`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
  });
  const { openCertificates, Secret } = await import(pathToFileURL(outfile).href);
  return async (/** @type {Input} */ { bytes, password }) => {
    const found = openCertificates({ name: 'file', bytes, passwords: [new Secret(password)] });
    const leaf = found.find((/** @type {any} */ { key }) => key.present);
    if (!leaf) throw new Error('reads no key');
    if (leaf.others.length !== 1) throw new Error('reads not both certificates');
    if (leaf.key.belongs !== true) throw new Error('the key does not belong to the leaf');
    if (!leaf.certificate.x509.verify(leaf.others[0].x509.publicKey))
      throw new Error('does not verify the leaf');
  };
};

pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: /** @type {any} */ (webcrypto) }));

/** @param {unknown} error */
const reason = (error) =>
  (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 90) ?? '';

const main = async () => {
  const all = { ...readers, 'dpm-prep': await ours() };
  const rows = [['file', ...Object.keys(all)]];
  for (const [name, file] of Object.entries(files())) {
    const row = [name];
    for (const read of Object.values(all)) {
      try {
        await read(file);
        row.push('reads it');
      } catch (error) {
        row.push(`fails: ${reason(error)}`);
      }
    }
    rows.push(row);
  }
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |\n`;
  const [head = [], ...body] = rows;
  process.stdout.write([line(head), line(head.map(() => '---')), ...body.map(line)].join(''));
};

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
