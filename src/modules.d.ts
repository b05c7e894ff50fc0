declare module '*.ps1' {
  const text: string;
  export default text;
}

declare module '*.cs' {
  const text: string;
  export default text;
}
