// Control characters, and the marks that turn the direction of text round: a name from a certificate must not be
// able to move the cursor, hide what follows or dress one text up as another.
const hostile =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const visible = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).padStart(4, '0')}`;
};

/** Foreign text as one harmless line: every control or direction character becomes a visible \uXXXX. */
export const cleanText = (text: string, maxLength = 1_000): string => {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(hostile, visible);
};
