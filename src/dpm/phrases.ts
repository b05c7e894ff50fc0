/*
 * Texts of DPM errors that cannot be mistaken for anything else, for logs and screens that give the text without its
 * id. In the words of Microsoft's DPM error table; only the parts that belong to one error alone.
 */
export const phrases: readonly { readonly pattern: RegExp; readonly id: number }[] = [
  { id: 302, pattern: /could not access the protection agent on\b/i },
  { id: 307, pattern: /detected an unknown DPM protection agent\b/i },
];
