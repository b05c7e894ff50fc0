// Parts of node-forge: the whole of it loads TLS, X.509 and more, for two old ciphers.
declare module 'node-forge/lib/cipher.js' {
  import type forge from 'node-forge';
  const cipher: typeof forge.cipher;
  export default cipher;
}
declare module 'node-forge/lib/des.js';
declare module 'node-forge/lib/rc2.js' {
  import type forge from 'node-forge';
  const rc2: typeof forge.rc2;
  export default rc2;
}
declare module 'node-forge/lib/util.js' {
  import type forge from 'node-forge';
  const util: typeof forge.util;
  export default util;
}
