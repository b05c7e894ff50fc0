/*
 * What names somebody in text of others, by its form. Only such text is searched: a version or an id that we write
 * ourselves never passes here.
 */

export interface Pattern {
  readonly kind: string;
  readonly pattern: RegExp;
}

/** Of Windows or DPM, the same everywhere: they name nobody. */
const wellKnownAuthorities = /^(?:NT AUTHORITY|NT SERVICE|BUILTIN|AUTORITE NT|NT-AUTORITÄT)$/i;

/**
 * Pieces that a later pattern would take for an account: accounts of Windows itself, and folders with a space in their
 * name, up to the last one that has a folder below it.
 */
export const wellKnown =
  /(?:NT AUTHORITY|NT SERVICE|BUILTIN)\\[\p{L}\d]+(?: [A-Z][\p{L}]+)*|[A-Z]:\\Program Files(?: \(x86\))?\\(?:[\w.-]+(?: [\w.-]+){0,5}\\)*/gu;

/** Left of a single backslash these are folders or registry keys, not domains. */
const folders = new Set(
  'dpm bin agents protectionagents ra temp windows system32 syswow64 inf logs log dpmlogs setup software microsoft currentversion program program-files hklm hkcu hku hkcr hkey_local_machine hkey_current_user localmachine currentuser my root ca amd64 i386 cmd drivers etc public default users programdata active owner activeowner'.split(
    ' ',
  ),
);

/** True where the left part of LEFT\right is a domain or computer, and the right part an account. */
export const isAccount = (left: string): boolean =>
  !wellKnownAuthorities.test(left) && !folders.has(left.toLowerCase());

/**
 * A version has the form of an IPv4 address. A file version of Microsoft ends in .0 or follows a word that says so; an
 * address of a computer does neither, and a network (10.1.2.0/24) says how long it is.
 */
export const isVersion = (quad: string, before: string, after: string): boolean =>
  (quad.endsWith('.0') && !after.startsWith('/')) ||
  quad.split('.').some((part) => Number(part) > 255) ||
  /(?:versions?|ver|build|v)[\s.:="'[(]*$/i.test(before);

/** In this order: what a later pattern would take a part of comes first. */
export const patterns: readonly Pattern[] = [
  {
    kind: 'mail',
    pattern: /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}/gu,
  },
  { kind: 'sid', pattern: /S-1-(?:5-21|12-1)(?:-\d{1,10}){3,5}/giu },
  { kind: 'mac', pattern: /(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/giu },
];

export const profile =
  /(?<=[\\/](?:Users|Documents and Settings)[\\/])(?!(?:Public|Default|Default User|All Users|Administrator)(?:[\\/"']|$))[^\\/:*?"<>|\r\n]{1,64}(?=[\\/"']|$)/giu;

export const share =
  /(?<![\p{L}\p{N}\\:])\\\\(?![.?]\\)([\p{L}\p{N}._-]{1,255})(?:\\([^\\\s"'<>|]{1,80}))?/gu;

export const distinguishedName =
  /(?<=^|[\s,;"'(])(CN|OU|O|DC|E|L|ST|S|STREET|SERIALNUMBER)=("[^"]{0,200}"|[^,;"\r\n)]{1,200})/gu;

export const account =
  /(?<![\p{L}\p{N}\\/:.])([\p{L}\p{N}][\p{L}\p{N}._-]{0,62})\\([\p{L}\p{N}._$-]{1,64})(?![\p{L}\p{N}\\/])/gu;

export const ipv4 = /(?<![\d.])(?:\d{1,5}\.){3}\d{1,5}(?![\d.]*\.\d)(?!\d)/gu;

export const ipv6 =
  /(?<![\w:])(?:(?=\S{0,40}::)(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}|(?:[\da-f]{1,4}:){7}[\da-f]{1,4})(?:%\w+)?(?![\w:])/giu;

/**
 * Words that stand in every log. An account or computer that is called so is hidden where it stands as a name, not in
 * every sentence.
 */
const words = new Set(
  'a account admin administrator administrators agent all an and any are as at backup be by c client cluster cmd com computer could d data database dc default disk domain dpm e error false file files for from group guest has home host id in info install installed is it local localhost log machine main master microsoft mode my name network new no node none not null of off ok on one or password path pc port prod protection root run running scripts server service setup sql start started state status stopped store sys system task temp test the this time to true type up update user username users value version volume was web win windows with workgroup yes you'.split(
    ' ',
  ),
);

/** True for a name that a text can hold without meaning it. */
export const isCommonWord = (name: string): boolean => words.has(name.toLowerCase()) || name.length < 3;
