/** A text for HTML: no character of it can open a tag, close an attribute or begin an entity. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"'`]/g, (character) => `&#${String(character.codePointAt(0))};`);

/** Markup that is safe as it is. Only `html` makes one. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | readonly Html[];

const markupOf = (part: Part): string => {
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('');
};

/** A piece of HTML: every value put into it is escaped, unless it is one itself. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html => ({
  markup: strings
    .map((text, index) => `${text}${index < parts.length ? markupOf(parts[index] ?? '') : ''}`)
    .join(''),
});

export const nothing: Html = { markup: '' };
