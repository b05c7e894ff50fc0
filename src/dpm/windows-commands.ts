/** The commands of Windows that an advice can consist of, as part of a regular expression. */
export const windowsCommands = String.raw`(?:sc\.exe|Start-Service|netsh|certutil|certreq|w32tm|net|convert)`;
